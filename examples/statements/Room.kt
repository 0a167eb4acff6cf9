// SPDX-License-Identifier: MIT
//
// Room.kt: a migration of Room that reads upgrade.json from the assets.  Room brings the transaction and
// the version; it checks afterwards that the schema is the one of its entities.
//
//	Room.databaseBuilder(context, AppDatabase::class.java, "app.db")
//		.addMigrations(StatementsMigration(context, 1, 2, "upgrade.json"))
//		.build()

import android.content.Context
import androidx.room.migration.Migration
import androidx.sqlite.db.SupportSQLiteDatabase
import org.json.JSONArray

class StatementsMigration(
	private val context: Context,
	from: Int,
	to: Int,
	private val asset: String,
) : Migration(from, to) {
	override fun migrate(db: SupportSQLiteDatabase) {
		val text = context.assets.open(asset).bufferedReader().use { it.readText() }
		val statements = JSONArray(text)
		for (i in 0 until statements.length())
			db.execSQL(statements.getString(i))
	}
}
