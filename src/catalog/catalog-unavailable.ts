/** D1 itself does not work right now. Nothing is wrong with the request. */
export class CatalogUnavailable extends Error {}

/** SQLite's names for a database that can be read but not written: full, busy, read-only, a failing disk. */
const WRITE_FAILURES = /SQLITE_(?:FULL|BUSY|LOCKED|READONLY|IOERR|NOMEM)|overloaded|maximum DB size/;

/** Whether a write failed because of D1's state, and not because of the row. */
export function isWriteFailure(message: string): boolean {
  return WRITE_FAILURES.test(message);
}
