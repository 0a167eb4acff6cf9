// SPDX-License-Identifier: MIT
//
// GRDB.swift: a migration of GRDB that reads upgrade.json from the bundle.  foreignKeyChecks: .immediate keeps
// foreign keys in force, so that the check of the whole database, which is the default, need not run.
//
//	var migrator = DatabaseMigrator()
//	migrator.registerStatements("v2", from: Bundle.main.url(forResource: "upgrade", withExtension: "json")!)
//	try migrator.migrate(queue)

import Foundation
import GRDB

extension DatabaseMigrator {
	mutating func registerStatements(_ identifier: String, from url: URL) {
		registerMigration(identifier, foreignKeyChecks: .immediate) { db in
			let statements = try JSONDecoder().decode([String].self, from: Data(contentsOf: url))
			for sql in statements {
				try db.execute(sql: sql)
			}
		}
	}
}
