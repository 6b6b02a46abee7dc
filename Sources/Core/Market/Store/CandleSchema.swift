import GRDB

/// The tables of the candle store, as an append-only list of named migrations.
enum CandleSchema {
  /// `CWMK` in the header of the file: `file market.sqlite` and every tool that reads it know whose it is.
  static let applicationID = 0x4357_4D4B

  /// The columns of `candle` that a source may fill.
  static let numberColumns = [
    "open", "high", "low", "close", "volume", "quote_volume", "trades", "taker_buy_volume",
    "taker_buy_quote_volume", "vwap", "volume_notional",
  ]

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("candles") { database in try database.execute(sql: candles) }
    return migrator
  }

  /// A bar is kept twice: its cells as they were received, for proof, and as numbers, for use.
  ///
  /// Its key is one number, made of the series and the open time (see ``BarKey``), because SQLite fills a table in the
  /// order of its row numbers a third faster than one with a key of two columns; both can be read as columns all the same.
  ///
  /// `span` holds, for each series, the time ranges [first, end) that were asked and answered (`covered`), those of
  /// them in which the source had no bar (`missing`), those of these that were asked once more (`reasked`), and the
  /// last bars of downloads that came to their end (`end`), which are asked for again with what follows.
  private static let candles = """
    CREATE TABLE series (
      id INTEGER PRIMARY KEY,
      origin TEXT NOT NULL,
      symbol TEXT NOT NULL,
      interval TEXT NOT NULL,
      columns TEXT NOT NULL,
      UNIQUE (origin, symbol, interval)
    ) STRICT;
    CREATE TABLE candle (
      bar INTEGER PRIMARY KEY,
      series INTEGER GENERATED ALWAYS AS (bar >> \(BarKey.timeBits)) VIRTUAL,
      open_time INTEGER GENERATED ALWAYS AS (bar & \(BarKey.lastTime)) VIRTUAL,
      open REAL NOT NULL,
      high REAL NOT NULL,
      low REAL NOT NULL,
      close REAL NOT NULL,
      volume REAL NOT NULL,
      quote_volume REAL,
      trades INTEGER,
      taker_buy_volume REAL,
      taker_buy_quote_volume REAL,
      vwap REAL,
      volume_notional REAL,
      received TEXT NOT NULL,
      CHECK (low > 0 AND high >= low AND volume >= 0)
    ) STRICT;
    CREATE TABLE span (
      series INTEGER NOT NULL REFERENCES series (id),
      kind TEXT NOT NULL CHECK (kind IN ('covered', 'missing', 'reasked', 'end')),
      first INTEGER NOT NULL,
      end INTEGER NOT NULL CHECK (end > first),
      PRIMARY KEY (series, kind, first)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE revision (
      series INTEGER NOT NULL REFERENCES series (id),
      open_time INTEGER NOT NULL,
      number INTEGER NOT NULL,
      before TEXT NOT NULL,
      after TEXT NOT NULL,
      seen_at INTEGER NOT NULL,
      PRIMARY KEY (series, open_time, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE archive (
      series INTEGER NOT NULL REFERENCES series (id),
      name TEXT NOT NULL,
      digest TEXT NOT NULL,
      etag TEXT,
      bars INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('announced', 'absent', 'taken', 'quarantined')),
      seen_at INTEGER NOT NULL,
      PRIMARY KEY (series, name, digest, state)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE clock (
      origin TEXT PRIMARY KEY,
      server_time INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE rate_limit (
      origin TEXT NOT NULL,
      unit TEXT NOT NULL CHECK (unit IN ('weight', 'requests')),
      seconds REAL NOT NULL CHECK (seconds > 0),
      amount INTEGER NOT NULL CHECK (amount > 0),
      asked_at INTEGER NOT NULL,
      PRIMARY KEY (origin, unit, seconds)
    ) STRICT, WITHOUT ROWID;
    """
}
