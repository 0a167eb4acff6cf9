// SPDX-License-Identifier: MIT
//
// Room.kt: a migration of Room that reads upgrade.json from the assets.  Room brings the transaction and
// the version; it checks afterwards that the schema is the one of its entities.
//
//	Room.databaseBuilder(context, AppDatabase::class.java, "app.db")
//		.addMigrations(StatementsMigration(context, 1, 2, "upgrade.json"))
//		.build()
//
// Room 2.7 calls the second migrate() where setDriver() gave it a driver, and the first where not.  Before 2.7
// there is the first alone: leave the second out, with its two imports.

import android.content.Context
import androidx.room.migration.Migration
import androidx.sqlite.SQLiteConnection
import androidx.sqlite.db.SupportSQLiteDatabase
import androidx.sqlite.execSQL
import org.json.JSONArray

class StatementsMigration(
	private val context: Context,
	from: Int,
	to: Int,
	private val asset: String,
) : Migration(from, to) {
	override fun migrate(db: SupportSQLiteDatabase) = statements().forEach { db.execSQL(it) }

	override fun migrate(connection: SQLiteConnection) = statements().forEach { connection.execSQL(it) }

	private fun statements(): List<String> {
		val array = JSONArray(context.assets.open(asset).bufferedReader().use { it.readText() })
		return List(array.length()) { array.getString(it) }
	}
}
