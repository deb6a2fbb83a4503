import { setTimeout as sleep } from "node:timers/promises";
import { checkChanges, checkContent } from "./check-changes.ts";
import { type SeenResources, checkCatalog, checkResources } from "./check-resources.ts";
import type { Ledger } from "./ledger.ts";
import { readSeenCatalog, readSeenChanges, readSeenResources, readSeenVersion } from "./observe.ts";
import type { Random } from "./random.ts";
import type { Violation } from "./violation.ts";

/** The outbox looks after what is left 10 s after a change, and tries again at most a few seconds later. */
const DRAIN_MS = 20_000;
const POLL_MS = 500;

/**
 * Reads a document and compares it with the ledger: the resources, everything after `since`, the states of `sampled`
 * versions. What was there is a promise from then on.
 */
export async function verifyDocument(
  service: URL,
  ledger: Ledger,
  { since, random, sampled }: { since: number; random: Random; sampled: number },
): Promise<SeenResources> {
  const before = new Set(ledger.versions.keys());
  const resources = await readSeenResources(service, ledger);
  const seen = await readSeenChanges(service, ledger, since);
  note(ledger, checkResources(ledger, resources));
  for (const version of resources.versions) ledger.tellVersion(version);
  ledger.tellAnnotations(resources.annotations);
  note(ledger, checkChanges(ledger, seen));
  for (const change of seen.changes) ledger.tell(change);
  ledger.settle();

  // New automatic versions hold what was before a revert, and no feed shows it any more.
  const fresh = resources.versions.filter(({ id, automatic }) => automatic && !before.has(id));
  const known = resources.versions.filter(({ id }) => ledger.versionStates.has(id));
  const chosen = random.sample(known.length > 0 ? known : resources.versions, sampled);
  for (const { id } of new Set([...fresh, ...chosen])) {
    await verifyVersion(service, ledger, id);
  }
  ledger.verifiedHead = seen.head;
  return resources;
}

async function verifyVersion(service: URL, ledger: Ledger, id: string): Promise<void> {
  const { content, fingerprint } = await readSeenVersion(service, ledger, id);
  note(ledger, checkContent(ledger, content));
  const before = ledger.versionStates.get(id);
  if (before !== undefined && before !== fingerprint) {
    ledger.report("version", `the state of version ${id} is another one than before`, content.at);
  }
  ledger.versionStates.set(id, fingerprint);
}

/** How far D1 was behind the objects, and how long it took to come up with them. */
export interface CatalogReport {
  /** Rows that differed at the first look. */
  behind: number;
  drainedMs: number;
}

/** Waits until D1 says what the objects say; what differs after the longest wait is a violation. */
export async function verifyCatalog(
  service: URL,
  seen: ReadonlyMap<Ledger, SeenResources>,
): Promise<CatalogReport> {
  const start = Date.now();
  for (let behind: number | undefined; ; await sleep(POLL_MS)) {
    const catalog = await readSeenCatalog(service, [...seen.keys()]);
    const found = [...seen].map(([ledger, resources]) => {
      return { ledger, violations: checkCatalog(ledger.documentId, resources, catalog) };
    });
    const differing = found.reduce((sum, { violations }) => sum + violations.length, 0);
    const drainedMs = Date.now() - start;
    behind ??= differing;
    if (differing === 0) return { behind, drainedMs };
    if (drainedMs > DRAIN_MS) {
      for (const { ledger, violations } of found) note(ledger, violations);
      return { behind, drainedMs };
    }
  }
}

function note(ledger: Ledger, violations: readonly Violation[]): void {
  ledger.violations.push(...violations);
}
