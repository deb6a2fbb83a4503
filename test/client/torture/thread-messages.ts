import type { StoredOperation } from "../../../src/client/outbox/operation.ts";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { ContentKind } from "./contents.ts";
import type { Edit } from "./edit.ts";

/** What a client's thread is started with. */
export interface ThreadOptions {
  service: string;
  documentId: string;
  content: ContentKind;
  /** Who it is. The store knows its operations by that. */
  actorId: string;
  /** Of this life: another one after each crash. */
  name: string;
  seed: string;
}

/** What the test tells a client's thread. */
export type ToThread =
  | { type: "edit"; count: number }
  | { type: "report" }
  /** Connects now, as when a device says that it has a network again. */
  | { type: "reconnect" }
  | { type: "answer"; call: number; value: StoredOperation[] | undefined };

/** What a client's thread tells the test. */
export type FromThread =
  | { type: "made"; edit: Edit }
  | { type: "saved"; token: string }
  | { type: "refused"; token: string }
  /** A message with a seq came. */
  | { type: "seq"; seq: number; print: string }
  /** A state came. `since`: up to where the client knew everything before. */
  | { type: "state"; resumed: boolean; diverged: boolean; since: number }
  | { type: "problem"; text: string }
  | { type: "report"; report: Report }
  | ({ type: "call"; call: number } & StoreCall);

export type StoreCall =
  | { method: "load"; scope: string }
  | { method: "put"; operations: readonly StoredOperation[] }
  | { method: "remove"; opIds: readonly string[] };

/** What a client shows. */
export interface Report {
  state: string;
  /** The highest seq that it has seen. */
  head: number;
  unsaved: number;
  /** What was refused for good. */
  refused: { code: string; tokens: string[] }[];
  annotations: readonly Annotation[];
  /** Tokens. */
  content: readonly string[];
}
