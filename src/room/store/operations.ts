import { createHash } from "node:crypto";

/** 128 bits tell two contents apart; SHA-256, since the content comes from outside. */
const HASH_BYTES = 16;

/** What every opId stands for (I3). */
export class OperationStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The seq an opId got, and whether it was for the same content; null: it is new. */
  find(opId: string, hash: Uint8Array): { seq: number; same: boolean } | null {
    const [row] = this.#sql
      .exec<{ seq: number; hash: ArrayBuffer }>("SELECT seq, hash FROM operations WHERE op_id = ?", opId)
      .toArray();
    return row ? { seq: row.seq, same: equals(new Uint8Array(row.hash), hash) } : null;
  }

  write(opId: string, seq: number, hash: Uint8Array<ArrayBuffer>): void {
    this.#sql.exec("INSERT INTO operations (op_id, seq, hash) VALUES (?, ?, ?)", opId, seq, hash);
  }
}

/** What makes two operations the same: their type and their content. */
export function hashOperation(type: string, payload: Uint8Array | object): Uint8Array<ArrayBuffer> {
  const hash = createHash("sha256").update(type).update("\n");
  hash.update(payload instanceof Uint8Array ? payload : canonicalJson(payload));
  return new Uint8Array(hash.digest()).slice(0, HASH_BYTES);
}

/** JSON with sorted keys: the same content sent twice may have them in another order. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isPlainObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function equals(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index]);
}
