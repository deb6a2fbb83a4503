import type { OperationMessage } from "../../../src/client/outbox/operation.ts";

/** One thing that a client did. */
export interface Edit {
  /** Stands in what the edit leaves, so that it can be found there. No two edits have the same. */
  token: string;
  kind: "create" | "update" | "delete" | "restore" | "content";
  /** Of content: none. */
  annotationId: string | null;
}

/** The bytes of a content update are its token. */
export function encodeToken(token: string): Uint8Array {
  return new TextEncoder().encode(token);
}

export function decodeToken(update: Uint8Array): string {
  return new TextDecoder().decode(update);
}

/** The edits that an operation carries out: several updates may go as one. Deletes and restores have no trace of theirs. */
export function tokensOf(message: OperationMessage): string[] {
  switch (message.type) {
    case "annotation.create":
      return [message.annotation.id ?? ""];
    case "annotation.update":
      return Object.keys(message.patch.properties ?? {});
    case "update":
      return [atob(message.deltaB64)];
    case "annotation.delete":
    case "annotation.restore":
    case "annotation.batch":
      return [];
  }
}
