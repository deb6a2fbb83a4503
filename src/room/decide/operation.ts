import type { Role } from "../../protocol/model/token.ts";
import { type Failure, type Result, fail, ok } from "../../protocol/errors.ts";
import type { Change } from "../change.ts";
import type { RoomStore } from "../store/room-store.ts";
import type { WriteOptions } from "../room-api.ts";

/**
 * What decisions may read: the room as it is, the changes decided before them in the same transaction included.
 * Decisions never write; they return the entries to store and to tell.
 */
export type RoomReader = Pick<
  RoomStore,
  | "documentId"
  | "head"
  | "document"
  | "content"
  | "lastCrdtRevert"
  | "compactedThrough"
  | "readDocumentAt"
  | "readAnnotation"
> & {
  readonly annotations: Pick<
    RoomStore["annotations"],
    "countActive" | "iterateDifferences" | "readRow" | "readChangedAt"
  >;
  readonly versions: Pick<RoomStore["versions"], "read" | "readBySeq" | "lastNumber" | "readRevert">;
  readonly updates: Pick<RoomStore["updates"], "count">;
};

/** What a decision takes from outside: pure otherwise. */
export interface Moment {
  /** Milliseconds since the epoch. */
  now: number;
  newId: () => string;
}

/** One way to change a document: the same for REST and for the room (I5). */
export interface Operation<T> {
  /** With `payload`: what makes two operations with one opId the same (I3). */
  type: string;
  /** A CRDT update's is its delta in base64. */
  payload: string | object;
  /** The role it takes. */
  role: Role;
  /** Only `document.restore` works on a deleted document. */
  worksOnDeleted?: boolean;
  decide: (room: RoomReader, moment: Moment) => Result<Change<T>>;
  /** The answer that the operation got at `seq`, read back. */
  replay: (room: RoomReader, seq: number) => T;
}

export function staleVersion(current: { version: number }, given: number): { ok: false; error: Failure } {
  return fail(
    "stale_version",
    `The version is ${current.version}, not ${given}: merge with current and try again`,
    {
      current,
    },
  );
}

/** RFC 9110 If-Match, by the resource's version. */
export function checkIfMatch(ifMatch: WriteOptions["ifMatch"], current: { version: number }): Result<null> {
  if (ifMatch === undefined || ifMatch === "*" || ifMatch.includes(current.version)) return ok(null);
  return fail(
    "precondition_failed",
    `The version is ${current.version}: read it again before you change it`,
    {
      current,
    },
  );
}

/** RFC 7396: members that are null are removed, objects merged, everything else replaced. */
export function mergePatch(
  target: Readonly<Record<string, unknown>>,
  patch: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  // Entries and fromEntries define own members: a member named __proto__ stays plain data.
  const merged = new Map(Object.entries(target));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else if (isObject(value)) {
      const before = merged.get(key);
      merged.set(key, mergePatch(isObject(before) ? before : {}, value));
    } else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
