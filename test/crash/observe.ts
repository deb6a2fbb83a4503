import { annotationPageSchema } from "../../src/protocol/model/annotation.ts";
import { changesSchema } from "../../src/protocol/model/changes.ts";
import { documentPageSchema, documentSchema } from "../../src/protocol/model/document.ts";
import { versionPageSchema, versionWithStateSchema } from "../../src/protocol/model/version.ts";
import { type Change, annotationsOf, fingerprint, printEvent, printUpdate } from "./change.ts";
import type { SeenChanges, SeenContent } from "./check-changes.ts";
import type { SeenCatalog, SeenResources } from "./check-resources.ts";
import type { Ledger } from "./ledger.ts";
import { read, readAll } from "./rest-client.ts";

/** Everything after `since`, from the change feed; from where it starts over, if it must. */
export async function readSeenChanges(service: URL, ledger: Ledger, since: number): Promise<SeenChanges> {
  const seen: SeenChanges = { base: since, head: since, changes: [], content: null };
  for (let next = since, more = true; more;) {
    const route = `/v1/documents/${ledger.documentId}/changes?since=${next}&limit=1000`;
    const answer = await read(service, route, changesSchema);
    seen.head = answer.version;
    const updates = answer.updates.map(({ seq, delta_b64: deltaB64 }) => ({ seq, deltaB64 }));
    if (answer.resumed) {
      const changes: Change[] = updates.map(({ seq, deltaB64 }) => ({ seq, print: printUpdate(deltaB64) }));
      for (const event of answer.events) {
        changes.push({ seq: event.seq, print: printEvent(event) });
        ledger.tellAnnotations(annotationsOf(event));
      }
      seen.changes.push(...changes.sort((a, b) => a.seq - b.seq));
    } else {
      const {
        next_since: base,
        snapshot_version: snapshotVersion = 0,
        snapshot_b64: snapshotB64 = null,
      } = answer;
      seen.base = base;
      seen.changes = [];
      seen.content = { at: base, snapshotVersion, snapshotB64, updates };
    }
    next = answer.next_since;
    more = answer.more;
  }
  return seen;
}

export async function readSeenResources(service: URL, { documentId }: Ledger): Promise<SeenResources> {
  const of = `document_id=${documentId}`;
  return {
    document: await read(service, `/v1/documents/${documentId}`, documentSchema),
    annotations: await readAll(service, `/v1/annotations?${of}&status=all`, annotationPageSchema),
    versions: await readAll(service, `/v1/versions?${of}`, versionPageSchema),
  };
}

/** A version's state: its content to be checked, and its fingerprint to be compared with the one before. */
export async function readSeenVersion(
  service: URL,
  { documentId }: Ledger,
  versionId: string,
): Promise<{ content: SeenContent; fingerprint: string }> {
  const route = `/v1/versions/${versionId}?document_id=${documentId}`;
  const version = await read(service, route, versionWithStateSchema);
  const { snapshot_version: snapshotVersion, snapshot_b64: snapshotB64, updates } = version.state.crdt;
  const content = {
    at: version.seq,
    snapshotVersion,
    snapshotB64,
    updates: updates.map(({ seq, delta_b64: deltaB64 }) => ({ seq, deltaB64 })),
  };
  return { content, fingerprint: fingerprint(version) };
}

/**
 * What D1 has, by the routes that ask it. That it has a version shows in that one's being found without its document; a
 * version never changes, so it is asked for until it was found once.
 */
export async function readSeenCatalog(service: URL, ledgers: readonly Ledger[]): Promise<SeenCatalog> {
  for (const { versions, catalogued } of ledgers) {
    for (const id of versions.keys()) {
      if (catalogued.has(id)) continue;
      // The id is the tag: so no state is sent.
      const headers = { "if-none-match": `"${id}"` };
      const response = await fetch(new URL(`/v1/versions/${id}`, service), { headers });
      await response.arrayBuffer();
      if (response.status === 304) catalogued.add(id);
    }
  }
  return {
    documents: await readAll(service, "/v1/documents", documentPageSchema),
    annotations: await readAll(service, "/v1/annotations?status=all", annotationPageSchema),
    versionIds: new Set(ledgers.flatMap(({ catalogued }) => [...catalogued])),
  };
}
