import type { Permission } from "../../protocol/model/token.ts";
import { type Failure, type Result, fail, ok } from "../../protocol/errors.ts";
import type { Person } from "../../protocol/model/person.ts";
import type { Entry } from "../entry.ts";
import type { RoomStore } from "../store/room-store.ts";
import type { WriteOptions } from "../room-api.ts";

/**
 * What decisions may read: the room as it is, including what was decided before them in the same transaction.
 * Decisions never write. They return the entries to store and to tell.
 */
export type RoomReader = Pick<
  RoomStore,
  | "documentId"
  | "head"
  | "document"
  | "labelSet"
  | "content"
  | "lastCrdtRevert"
  | "compactedThrough"
  | "readDocumentAt"
  | "readLabelSetAt"
  | "readAnnotation"
> & {
  readonly annotations: Pick<
    RoomStore["annotations"],
    "countActive" | "iterateDifferences" | "readRow" | "readChangedAt"
  >;
  readonly comments: Pick<RoomStore["comments"], "read" | "readChangedAt">;
  readonly versions: Pick<RoomStore["versions"], "read" | "readBySeq" | "lastNumber" | "readRevert">;
  readonly updates: Pick<RoomStore["updates"], "count">;
};

export interface Clock {
  /** Milliseconds since the epoch. */
  now: number;
  newId: () => string;
}

/** What a decision needs from outside; otherwise it is pure. */
export interface Occasion extends Clock {
  /** Who asks for it. */
  by: Person;
}

/** One way to change a document: the same for REST and for the room (I5). */
export interface Command<T> {
  /** With `payload`, what makes two commands with one opId the same (I3). */
  type: string;
  /** Of a CRDT update: its delta in base64. */
  payload: string | object;
  /** The role that may do it, or that it takes leave to comment. */
  role: Permission;
  /** Only `document.restore` works on a deleted document. */
  worksOnDeleted?: boolean;
  /** Gets a transaction of its own; see `Write`. */
  alone?: boolean;
  decide: (room: RoomReader, occasion: Occasion) => Result<Decision<T>>;
  /** Reads back the answer that the command got at `seq`. */
  replay: (room: RoomReader, seq: number) => T;
}

/** What a command decided: entries to store and to tell, in order, and what its sender gets. */
export interface Decision<T> {
  entries: Entry[];
  result: T;
  /** Where nothing changed: the seq at which the document already was as asked for. */
  unchangedSince?: number;
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
