// SPDX-License-Identifier: MIT
//
// sqflite.dart: an upgrade of sqflite that reads upgrade.json from the assets.  onUpgrade runs in a transaction, and
// sqflite keeps the version.
//
//	await openDatabase('app.db', version: 2,
//	    onUpgrade: (db, from, to) => runStatements(db, 'assets/upgrade.json'));

import 'dart:convert';

import 'package:flutter/services.dart' show rootBundle;
import 'package:sqflite/sqflite.dart';

Future<void> runStatements(DatabaseExecutor db, String asset) async {
  final statements = jsonDecode(await rootBundle.loadString(asset)) as List;
  for (final sql in statements.cast<String>()) {
    await db.execute(sql);
  }
}
