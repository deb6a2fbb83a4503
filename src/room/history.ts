import type { Annotation } from "../protocol/annotation.ts";
import type { Document } from "../protocol/document.ts";
import { type Result, fail, ok } from "../protocol/errors.ts";
import type { CrdtContent, Version, VersionDiff } from "../protocol/version.ts";
import { sameContent } from "./operations/versions.ts";
import type { AnnotationsPage } from "./room-api.ts";
import type { RoomStore } from "./store/room-store.ts";

/**
 * Bytes of JSON on a page, to be passed by one annotation at most. Parsed, points take up to ten times that, here and where the page goes, and
 * nothing else is done meanwhile.
 */
const PAGE_BYTES = 256 * 1024;

export function readVersion(store: RoomStore, id: string): Result<Version> {
  const found = store.versions.read(id);
  return found ? ok(found.version) : fail("version_not_found", `The document has no version ${id}`);
}

/** What a version keeps, but for its annotations: those are read in pages. */
export function readVersionState(
  store: RoomStore,
  id: string,
): Result<{ version: Version; document: Document; crdt: CrdtContent }> {
  const found = store.versions.read(id);
  const document = found && store.readDocumentAt(found.version.seq);
  if (!found || !document) return fail("version_not_found", `The document has no version ${id}`);
  const { version, content } = found;
  const { snapshot } = content;
  const updates = [...store.updates.iterateContent(content, version.seq)].map((update) => ({
    seq: update.seq,
    delta_b64: update.deltaB64,
    actor_id: update.actorId,
  }));
  return ok({
    version,
    document,
    crdt: {
      snapshot_version: snapshot ?? 0,
      snapshot_b64: snapshot === null ? null : store.snapshots.readBase64(snapshot),
      updates,
    },
  });
}

/** Active annotations at `seq`, in the order of creation, about `PAGE_BYTES` of them. */
export function readAnnotationsPage(store: RoomStore, seq: number, after: number | null): AnnotationsPage {
  return store.annotations.readActiveAt(seq, after ?? 0, PAGE_BYTES);
}

/** All active annotations at `seq`, in the order of creation. */
export function readAllActiveAt(store: RoomStore, seq: number): Annotation[] {
  const annotations: Annotation[] = [];
  let after: number | null = null;
  do {
    const page: AnnotationsPage = readAnnotationsPage(store, seq, after);
    annotations.push(...page.annotations);
    after = page.next;
  } while (after !== null);
  return annotations;
}

/** What differs between a version and another one, or the present. */
export function diffVersion(store: RoomStore, id: string, against: string | undefined): Result<VersionDiff> {
  const from = readVersion(store, id);
  if (!from.ok) return from;
  const other = against === undefined ? null : readVersion(store, against);
  if (other && !other.ok) return other;
  const fromSeq = from.value.seq;
  const toSeq = other ? other.value.seq : store.head;
  const diff: VersionDiff = {
    added: [],
    removed: [],
    changed: [],
    document: diffDocument(store.readDocumentAt(fromSeq), store.readDocumentAt(toSeq)),
  };
  for (const { before, after } of store.annotations.readDifference(fromSeq, toSeq)) {
    const was = before?.status === "active" ? before : null;
    const is = after?.status === "active" ? after : null;
    if (was && is) {
      if (!sameContent(was, is)) diff.changed.push({ id: was.id, before: was, after: is });
    } else if (is) diff.added.push(is);
    else if (was) diff.removed.push(was);
  }
  return ok(diff);
}

function diffDocument(before: Document | null, after: Document | null): VersionDiff["document"] {
  if (!before || !after) return null;
  return shownOf(before) === shownOf(after) ? null : { before, after };
}

function shownOf({ title, width, height, image, metadata }: Document): string {
  return JSON.stringify([title, width, height, image, metadata]);
}
