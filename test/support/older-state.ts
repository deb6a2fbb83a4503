import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import type { stubOf } from "./room.ts";

type Stub = ReturnType<typeof stubOf>;

/** Everything that an object has stored, by table. */
type State = { table: string; rows: SqlStorageValue[][] }[];

/** A copy of what an object has stored, as a backup would have it. */
export function copyState(stub: Stub): Promise<State> {
  return runInDurableObject(stub, (_room, { storage: { sql } }) =>
    sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .toArray()
      .map(({ name }) => ({ table: name, rows: [...sql.exec(`SELECT * FROM ${name}`).raw()] })),
  );
}

/** Gives an object an older state back. All its sockets must be closed: it can't run meanwhile. */
export async function giveBack(stub: Stub, state: State): Promise<void> {
  await runInDurableObject(stub, (_room, { storage }) => {
    storage.transactionSync(() => {
      for (const { table, rows } of state) {
        storage.sql.exec(`DELETE FROM ${table}`);
        for (const row of rows) {
          storage.sql.exec(`INSERT INTO ${table} VALUES (${row.map(() => "?").join(", ")})`, ...row);
        }
      }
    });
  });
  await evictDurableObject(stub);
}
