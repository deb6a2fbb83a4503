import type { Annotation } from "../../protocol/model/annotation.ts";
import type { LabelSet } from "../../protocol/model/label-set.ts";
import { fail, ok } from "../../protocol/errors.ts";
import { STATE_PAGE_BYTES } from "../../protocol/limits.ts";
import { signAnew } from "../../protocol/model/person.ts";
import { toTimestamp } from "../../protocol/model/scalars.ts";
import type { Version } from "../../protocol/model/version.ts";
import type { Restoration } from "../entry.ts";
import { type CrdtContent, closeContent, reopenContent } from "../crdt-content.ts";
import { isSameLabels } from "../label-sets.ts";
import type { Occasion, Command, RoomReader } from "./command.ts";

export interface VersionInput {
  label?: string | undefined;
  author?: string | undefined;
}

/** A label on the next seq: a constant number of rows, however large the document is. */
export function createVersion(input: VersionInput, author: string | undefined): Command<Version> {
  return {
    type: "version.create",
    // If the token names the author, the input's author does not count.
    payload: author === undefined ? input : { ...input, author: undefined },
    role: "editor",
    decide(room, occasion) {
      const entry = versionEntry(room, occasion, {
        label: input.label ?? null,
        author: author ?? input.author ?? occasion.by.id,
        author_name: occasion.by.name,
        automatic: false,
      });
      return ok({ entries: [entry], result: entry.version });
    },
    replay: replayVersion,
  };
}

/** What a revert leads to. Its answer is read from the store afterwards. */
export interface Reverted {
  seq: number;
  version: Version;
}

/**
 * Makes the state of a version the present state again. A revert is a change of its own, after an automatic version of
 * what was there before, so that it can be reverted too (I6). Restored annotations get their current version + 1, and
 * annotations that were made later are deleted.
 */
export function revertVersion(id: string): Command<Reverted> {
  return {
    type: "version.revert",
    payload: { id },
    role: "editor",
    alone: true,
    decide(room, occasion) {
      const found = room.versions.read(id);
      if (!found) return fail("version_not_found", `The document has no version ${id}`);
      const { version, content } = found;
      const before = versionEntry(room, occasion, {
        label: `Before the revert to version ${version.number}`.concat(
          version.label ? ` (${version.label})` : "",
        ),
        author: occasion.by.id,
        author_name: occasion.by.name,
        automatic: true,
      });
      const seq = before.seq + 1;
      const { restored, bytes } = findRestorations(room, version.seq);
      // More than fits in a message is not read: everyone gets the state afterwards.
      const inline = bytes <= STATE_PAGE_BYTES;
      const crdtChanged = isCrdtChanged(room, version.seq);
      return ok({
        entries: [
          before,
          {
            kind: "revert" as const,
            seq,
            version,
            document: restoredDocument(room, version.seq, seq, occasion),
            labelSet: restoredLabelSet(room, version.seq, seq, occasion),
            annotations: inline ? restored.map((each) => restoreAnnotation(room, each, seq, occasion)) : [],
            restored,
            crdtChanged,
            inline,
            content: crdtChanged ? reopenContent(content, seq) : room.content,
          },
        ],
        result: { seq, version },
      });
    },
    replay(room, seq) {
      const revert = room.versions.readRevert(seq);
      const version = revert && room.versions.read(revert.versionId)?.version;
      if (!version) throw new Error(`There is no revert at seq ${seq}`);
      return { seq, version };
    },
  };
}

function versionEntry(
  room: RoomReader,
  { now, newId }: Occasion,
  { label, author, author_name, automatic }: Pick<Version, "label" | "author" | "author_name" | "automatic">,
): { kind: "version"; seq: number; version: Version; content: CrdtContent } {
  const seq = room.head + 1;
  const version: Version = {
    id: newId(),
    document_id: room.documentId,
    number: room.versions.lastNumber() + 1,
    label,
    author,
    author_name,
    automatic,
    seq,
    document_version: room.document.version,
    annotation_count: room.annotations.countActive(),
    created_at: toTimestamp(now),
  };
  return { kind: "version", seq, version, content: closeContent(room.content, seq) };
}

function restoredDocument(room: RoomReader, at: number, seq: number, { now, by }: Occasion) {
  const then = room.readDocumentAt(at);
  const { document } = room;
  return {
    ...document,
    title: then?.title ?? document.title,
    width: then ? then.width : document.width,
    height: then ? then.height : document.height,
    image: then ? then.image : document.image,
    metadata: then?.metadata ?? document.metadata,
    version: document.version + 1,
    seq,
    updated_by: by.id,
    updated_by_name: by.name,
    updated_at: toTimestamp(now),
  };
}

/** null: its labels are the same then and now. */
function restoredLabelSet(room: RoomReader, at: number, seq: number, { now, by }: Occasion): LabelSet | null {
  const { labelSet } = room;
  const { labels } = room.readLabelSetAt(at);
  if (isSameLabels(labels, labelSet.labels)) return null;
  return {
    ...labelSet,
    labels,
    version: labelSet.version + 1,
    seq,
    updated_by: by.id,
    updated_by_name: by.name,
    updated_at: toTimestamp(now),
  };
}

/** The annotations that differ between then and now, and about how many bytes they take. */
function findRestorations(room: RoomReader, then: number): { restored: Restoration[]; bytes: number } {
  const restored: Restoration[] = [];
  let sum = 0;
  for (const { id, kind, before, after, bytes } of room.annotations.iterateDifferences(room.head, then)) {
    // Null can't happen: at present every annotation has a row.
    if (before === null) continue;
    restored.push({
      id,
      present: before,
      source: after ?? before,
      status: kind === "removed" ? "deleted" : "active",
    });
    sum += bytes;
  }
  return { restored, bytes: sum };
}

function restoreAnnotation(
  room: RoomReader,
  { present, source, status }: Restoration,
  seq: number,
  { now, by }: Occasion,
): Annotation {
  const { version } = room.annotations.readRow(present);
  const then = room.annotations.readRow(source);
  return {
    ...signAnew(then, by),
    status,
    version: version + 1,
    seq,
    updated_at: toTimestamp(now),
  };
}

/** Whether the CRDT content at `seq` differs from the present content. */
function isCrdtChanged(room: RoomReader, seq: number): boolean {
  // A revert in between replaced the content. Compaction beyond `seq` has dropped updates that came after it.
  if (room.lastCrdtRevert > seq || room.compactedThrough > seq) return true;
  return room.updates.count(seq, room.head) > 0;
}

function replayVersion(room: RoomReader, seq: number): Version {
  const found = room.versions.readBySeq(seq);
  if (!found) throw new Error(`There is no version at seq ${seq}`);
  return found.version;
}
