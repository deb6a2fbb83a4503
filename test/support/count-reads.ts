/** Rows that `work` reads by statements like `statements`. */
export function countReads(sql: SqlStorage, statements: RegExp, work: () => void): number {
  const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
  const exec = sql.exec.bind(sql);
  Object.defineProperty(sql, "exec", {
    configurable: true,
    value: (...parameters: Parameters<typeof exec>) => {
      const cursor = exec(...parameters);
      if (statements.test(parameters[0])) cursors.push(cursor);
      return cursor;
    },
  });
  try {
    work();
  } finally {
    Reflect.deleteProperty(sql, "exec");
  }
  return cursors.reduce((rows, { rowsRead }) => rows + rowsRead, 0);
}
