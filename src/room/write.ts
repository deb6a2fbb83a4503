import type { Result } from "../protocol/errors.ts";
import type { Clock } from "./decide/command.ts";
import type { Entry } from "./entry.ts";
import type { Connection } from "./sockets/connection.ts";

/** What a write led to: for its sender (`result`, `seq`, `duplicate`), and for everyone else (`entries`). */
export interface Outcome<T> {
  result: T;
  /** The last seq it took. Where it changed nothing: the seq at which the document already was as asked for. */
  seq: number;
  /** It changed nothing: a repeat, or the document already was as asked for. */
  duplicate: boolean;
  entries: Entry[];
}

/** One change on its way into the document. The only way to change what is stored for it; see `Room.write`. */
export interface Write<T> {
  /** Checks access, decides and stores. Runs inside the transaction. */
  run: (clock: Clock) => Result<Outcome<T>>;
  /** The connection it came from, which gets an answer and no broadcast; null: REST. */
  origin: Connection | null;
  /** About how many bytes it holds while it waits. */
  bytes: number;
  /** Gets a transaction of its own, at once. A revert does: everyone is sent the state right after it. */
  alone?: boolean | undefined;
}

/** About how many bytes a write holds beside its content. */
export const WRITE_BYTES = 2_000;
