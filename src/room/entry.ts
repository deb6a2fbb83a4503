import type { Annotation } from "../protocol/model/annotation.ts";
import type { Comment } from "../protocol/model/comment.ts";
import type { Document } from "../protocol/model/document.ts";
import type { LabelSet } from "../protocol/model/label-set.ts";
import type { Event } from "../protocol/wire/down.ts";
import type { Version } from "../protocol/model/version.ts";
import type { CrdtContent } from "./crdt-content.ts";

/**
 * One step in a document's order of changes. It takes one `seq`, is stored as rows, and is what everyone is told. The
 * same entry is made when it happens and when it is read back for a client that resumes, so both get the same message.
 */
export type Entry =
  | { kind: "update"; seq: number; actorId: string; deltaB64: string }
  | { kind: "document"; seq: number; document: Document }
  | { kind: "labels"; seq: number; labelSet: LabelSet }
  | { kind: "annotations"; seq: number; annotations: Annotation[]; batch: boolean }
  | { kind: "comment"; seq: number; comment: Comment }
  | { kind: "version"; seq: number; version: Version; content: CrdtContent }
  | {
      kind: "revert";
      seq: number;
      /** The version whose state is the present state again. */
      version: Version;
      document: Document;
      /** null: it stays as it is. */
      labelSet: LabelSet | null;
      /** The annotations it changed, as they are now; empty unless `inline`. */
      annotations: Annotation[];
      /** The rows to write. Only references, since a revert may bring back more than fits in memory. */
      restored: Restoration[];
      crdtChanged: boolean;
      /** false: its annotations are too large for one message, so the event has none. */
      inline: boolean;
      /** The CRDT content from here on. */
      content: CrdtContent;
    };

/** An annotation that a revert changes: it becomes what an earlier row of it says. */
export interface Restoration {
  id: string;
  /** Its present row, and the row to copy. */
  present: number;
  source: number;
  status: Annotation["status"];
}

/** The event of an entry that is not an update. */
export function toEvent(entry: Exclude<Entry, { kind: "update" }>): Event {
  const { seq } = entry;
  switch (entry.kind) {
    case "document":
      return {
        type: entry.document.status === "deleted" ? "document.deleted" : "document.updated",
        seq,
        document: entry.document,
      };
    case "comment": {
      const { comment } = entry;
      if (comment.status === "deleted") return { type: "comment.deleted", seq, comment };
      return { type: comment.version === 1 ? "comment.created" : "comment.updated", seq, comment };
    }
    case "labels":
      return { type: "labels.updated", seq, labels: entry.labelSet };
    case "version":
      return { type: "version.created", seq, version: entry.version };
    case "revert":
      return {
        type: "version.reverted",
        seq,
        version: entry.version,
        document: entry.document,
        labels: entry.labelSet,
        annotations: entry.inline ? entry.annotations : null,
      };
    case "annotations": {
      const [annotation] = entry.annotations;
      if (entry.batch || !annotation)
        return { type: "annotation.batch", seq, annotations: entry.annotations };
      if (annotation.status === "deleted") return { type: "annotation.deleted", seq, annotation };
      return {
        type: annotation.version === 1 ? "annotation.created" : "annotation.updated",
        seq,
        annotation,
      };
    }
  }
}
