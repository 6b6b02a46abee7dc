#include <sqlite3.h>

// sqlite3_db_config is variadic, which Swift cannot call.
static inline int sqlite_configure(sqlite3 *database, int option, int value) {
  return sqlite3_db_config(database, option, value, (int *)0);
}

// A macro with a cast, which Swift does not see: SQLite is to copy what it is given.
static inline int sqlite_bind_copy(sqlite3_stmt *statement, int index, const char *text, int count) {
  return sqlite3_bind_text(statement, index, text, count, SQLITE_TRANSIENT);
}
