import type { Annotation } from "../../src/protocol/model/annotation.ts";
import type { Document, DocumentSummary } from "../../src/protocol/model/document.ts";
import type { Version } from "../../src/protocol/model/version.ts";
import { fingerprint } from "./change.ts";
import type { Ledger } from "./ledger.ts";
import { isRefused } from "./operation.ts";
import type { Violation, ViolationKind } from "./violation.ts";

/** A document's resources as its object gave them after the restart; annotations in any state. */
export interface SeenResources {
  document: Document;
  annotations: Annotation[];
  versions: Version[];
}

/** Compares annotations and versions with what was promised. */
export function checkResources(ledger: Ledger, seen: SeenResources): Violation[] {
  return [...checkAnnotations(ledger, seen), ...checkMarks(ledger, seen), ...checkVersions(ledger, seen)];
}

/** Each annotation that was told is there as it was told, or in a later version. */
function checkAnnotations(ledger: Ledger, seen: SeenResources): Violation[] {
  const { documentId, annotations, leastVersions } = ledger;
  const found: Violation[] = [];
  const lost = (detail: string, seq?: number) =>
    found.push({ kind: "lost", documentId, detail, ...(seq !== undefined && { seq }) });
  const there = new Map(seen.annotations.map((annotation) => [annotation.id, annotation]));
  if (there.size < seen.annotations.length) {
    found.push({ kind: "repeat", documentId, detail: "an annotation is listed twice" });
  }
  for (const told of annotations.values()) {
    const now = there.get(told.id);
    const name = `annotation ${told.id} version ${told.version}`;
    if (!now) lost(`${name} is not there`, told.seq);
    else if (now.version < told.version) lost(`${name} is ${now.version} again`, told.seq);
    else if (now.version === told.version && fingerprint(now) !== fingerprint(told)) {
      lost(`${name} has another content`, told.seq);
    }
  }
  for (const [id, least] of leastVersions) {
    const version = there.get(id)?.version ?? 0;
    if (version < least) lost(`annotation ${id} was deleted in version ${least}, and is ${version} again`);
  }
  return found;
}

/**
 * Every annotation shows an operation that was sent and not refused; of those that one operation makes, all are there
 * or none (R12).
 */
function checkMarks({ documentId, operations, marks }: Ledger, { annotations }: SeenResources): Violation[] {
  const found: Violation[] = [];
  const report = (kind: ViolationKind, seq: number, detail: string) =>
    found.push({ kind, documentId, seq, detail });
  const ids = new Set(annotations.map(({ id }) => id));
  const seqs = new Map<string, number>();
  for (const { text, seq, version } of annotations) {
    const operation = operations.get(text) ?? marks.get(text);
    if (operation === undefined) {
      report("torn", seq, `an annotation of ${text}, which nobody sent`);
      continue;
    }
    if (isRefused(operation)) report("refused", seq, `${text} was refused, and shows`);
    // A revert gives a change of before a seq of its own.
    if (version > 1) continue;
    const other = seqs.get(text);
    if (other !== undefined && other !== seq) report("torn", seq, `part of ${text} is at ${other}`);
    seqs.set(text, seq);
  }
  for (const { opId, creates = [] } of operations.values()) {
    const there = creates.filter((id) => ids.has(id)).length;
    if (there > 0 && there < creates.length) {
      const detail = `${there} of the ${creates.length} annotations of ${opId} are there`;
      found.push({ kind: "torn", documentId, detail });
    }
  }
  return found;
}

/** Versions never change, and are numbered 1, 2, 3 … */
function checkVersions({ documentId, versions }: Ledger, seen: SeenResources): Violation[] {
  const found: Violation[] = [];
  const there = new Map(seen.versions.map((version) => [version.id, version]));
  for (const told of versions.values()) {
    const now = there.get(told.id);
    if (now && fingerprint(now) === fingerprint(told)) continue;
    const detail = `version ${told.number} ${now ? "is another one" : "is not there"}`;
    found.push({ kind: "lost", documentId, seq: told.seq, detail });
  }
  const numbers = seen.versions.map(({ number }) => number).sort((a, b) => a - b);
  for (const [index, number] of numbers.entries()) {
    if (number === index + 1) continue;
    const kind = number <= index ? "repeat" : "gap";
    found.push({ kind, documentId, detail: `the versions are numbered ${numbers.join(", ")}` });
    break;
  }
  return found;
}

/** What the catalog lists of all documents. */
export interface SeenCatalog {
  documents: DocumentSummary[];
  annotations: Annotation[];
  /** Versions that it finds. */
  versionIds: Set<string>;
}

/** What D1 says beside what the object says. A document's `seq` may be behind there. */
export function checkCatalog(documentId: string, seen: SeenResources, catalog: SeenCatalog): Violation[] {
  const found: Violation[] = [];
  const report = (detail: string, seq?: number) =>
    found.push({ kind: "catalog", documentId, detail, ...(seq !== undefined && { seq }) });
  const document = catalog.documents.find(({ id }) => id === documentId);
  if (!document) report("the document is missing");
  else {
    const {
      annotation_count: count,
      open_thread_count: _t,
      contributor_count: _c,
      changed_at: _a,
      ...own
    } = document;
    if (fingerprint({ ...own, seq: 0 }) !== fingerprint({ ...seen.document, seq: 0 }))
      report(`the document is of version ${own.version}, the object's of ${seen.document.version}`);
    const active = seen.annotations.filter(({ status }) => status === "active").length;
    if (count !== active) report(`the document counts ${count} annotations, and has ${active}`);
  }
  const listed = catalog.annotations.filter((annotation) => annotation.document_id === documentId);
  const there = new Map(listed.map((annotation) => [annotation.id, annotation]));
  for (const annotation of seen.annotations) {
    const copy = there.get(annotation.id);
    there.delete(annotation.id);
    if (copy && fingerprint(copy) === fingerprint(annotation)) continue;
    const instead = copy ? `is version ${copy.version}` : "is missing";
    report(`annotation ${annotation.id} version ${annotation.version} ${instead}`, annotation.seq);
  }
  for (const id of there.keys()) report(`annotation ${id} is only in the catalog`);
  for (const { id, number, seq } of seen.versions) {
    if (!catalog.versionIds.has(id)) report(`version ${number} is missing`, seq);
  }
  return found;
}
