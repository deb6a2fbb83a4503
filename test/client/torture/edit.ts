import type { OperationMessage } from "../../../src/client/outbox/operation.ts";
import { tokensIn } from "./contents.ts";

/** One thing that a client did. */
export interface Edit {
  /** Stands in what the edit leaves, so that it can be found there. No two edits have the same. */
  token: string;
  kind: "create" | "update" | "delete" | "restore" | "content";
  /** Of content: none. */
  annotationId: string | null;
  /** Of content in a Yjs document: which struct it is. */
  struct?: string;
}

/** The edits that an operation carries out: several updates may go as one. Deletes and restores have no trace of theirs. */
export function tokensOf(message: OperationMessage): string[] {
  switch (message.type) {
    case "annotation.create":
      return [message.annotation.id ?? ""];
    case "annotation.update":
      return Object.keys(message.patch.properties ?? {});
    case "update":
      return tokensIn(Buffer.from(message.deltaB64, "base64"));
    case "annotation.delete":
    case "annotation.restore":
    case "annotation.batch":
    case "comment.create":
    case "comment.update":
    case "comment.delete":
    case "labels.set":
      return [];
  }
}
