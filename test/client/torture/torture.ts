import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { annotationPageSchema, type Annotation } from "../../../src/protocol/model/annotation.ts";
import { changesSchema } from "../../../src/protocol/model/changes.ts";
import { Random } from "../../crash/random.ts";
import { read, readAll, write } from "../../crash/rest-client.ts";
import { type ContentKind, contents } from "./contents.ts";
import { Expectations } from "./expectations.ts";
import { playMishap, type Mishap } from "./mishaps.ts";
import type { Report } from "./thread-messages.ts";
import { TortureClient } from "./torture-client.ts";
import { TorturedService } from "./tortured-service.ts";

export interface TortureOptions {
  seed: string;
  edits: number;
  content: ContentKind;
  /**
   * What befalls clients and service, one after the other. While each does, an equal part of the edits is made, and the
   * last part in peace.
   */
  mishaps: readonly Mishap[];
  log?: (line: string) => void;
}

export interface TortureResult {
  problems: string[];
  /** How many edits were made. */
  edits: number;
  /** How many of them in peace. */
  inPeace: number;
  saved: number;
  refused: number;
  undone: number;
  left: number;
  /** Of those that are left: how many build upon what was undone, so that they can't be shown. */
  waiting: number;
}

const CLIENTS = 5;
/** More than any machine needs: the longest pause between two tries to connect is 30 s. */
const SETTLE_MS = 300_000;
const PROBLEMS_MAX = 20;
/** Somebody else deleted the annotation, or it is not in an older state. Nothing else may be refused. */
const expectedRefusals: ReadonlySet<string> = new Set([
  "annotation_deleted",
  "annotation_not_found",
  // An update of what was deleted meanwhile: the newer version comes first.
  "stale_version",
]);

/**
 * Five clients edit one document while everything goes wrong around them. In the end all of them must show the same as
 * the service, and that must be what they were told.
 */
export async function torture({
  seed,
  edits,
  content: kind,
  mishaps,
  log = () => {},
}: TortureOptions): Promise<TortureResult> {
  const random = new Random(seed);
  const problems: string[] = [];
  const expectations = new Expectations();
  const service = await TorturedService.start();
  const documentId = random.uuid();
  await write(service.url, {
    method: "POST",
    route: "/v1/documents",
    body: { id: documentId, title: "Torture" },
  });

  /** What each seq is. A rollback gives seqs anew. */
  const prints = new Map<number, string>();
  const seen = (seq: number, print: string): void => {
    const other = prints.get(seq);
    if (other !== undefined && other !== print) problems.push(`seq ${seq} was ${other}, then ${print}`);
    prints.set(seq, print);
  };
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, index) =>
      TortureClient.start({
        service: service.url,
        documentId,
        content: kind,
        name: String.fromCharCode(97 + index),
        seed,
        expectations,
        problem: (text) => problems.push(text),
        seen,
      }),
    ),
  );
  const portion = Math.ceil(edits / (mishaps.length + 1) / CLIENTS);
  const scene = { service, documentId, clients, expectations, random, forgetSeqs: () => prints.clear() };
  let waitingCount = 0;
  try {
    for (const [index, mishap] of mishaps.entries()) {
      log(`${index + 1}/${mishaps.length} ${mishap}`);
      const editing = Promise.all(clients.map((client) => client.edit(portion)));
      await sleep(random.int(0, portion * 2));
      await playMishap(mishap, scene);
      await editing;
    }
    log("in peace");
    for (const { proxy } of clients) proxy.weather = {};
    await Promise.all(clients.map((client) => client.reconnect()));
    await Promise.all(clients.map((client) => client.edit(portion)));
    log("settling");
    const reports = await untilSettled(clients);
    const annotations = await readAll(
      service.url,
      `/v1/annotations?document_id=${documentId}&status=all`,
      annotationPageSchema,
    );
    const updates = await readUpdates(service.url, documentId);
    const content = contents[kind].read(updates);
    const waiting = contents[kind].readWaiting(updates);
    waitingCount = waiting.tokens.length;
    const shown = inDrawingOrder(annotations);
    for (const [index, report] of reports.entries()) problems.push(...compare(index, report, shown, content));
    const refusals = reports.flatMap((report) => report.refused);
    for (const { code, tokens } of refusals) {
      if (!expectedRefusals.has(code)) problems.push(`${code} for ${tokens.join()}`);
    }
    const refused = new Set(refusals.flatMap(({ tokens }) => tokens));
    problems.push(...expectations.check({ annotations, content, waiting }, refused));
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await service.close();
  }
  return {
    problems: problems.slice(0, PROBLEMS_MAX),
    edits: expectations.size,
    inPeace: portion * CLIENTS,
    saved: expectations.count("saved"),
    refused: expectations.count("refused"),
    undone: expectations.count("undone"),
    left: expectations.count("left"),
    waiting: waitingCount,
  };
}

/** Waits until every client has saved everything, and all of them show the same. */
async function untilSettled(clients: readonly TortureClient[]): Promise<Report[]> {
  const end = Date.now() + SETTLE_MS;
  for (;;) {
    const reports = await Promise.all(clients.map((client) => client.report()));
    const [first, ...others] = reports;
    const isSettled =
      reports.every(({ state, unsaved }) => state === "live" && unsaved === 0) &&
      others.every((other) => isDeepStrictEqual(other.annotations, first?.annotations)) &&
      others.every((other) => isDeepStrictEqual(other.content, first?.content));
    // If they never are, the checks tell how.
    if (isSettled || Date.now() > end) return reports;
    await sleep(100);
  }
}

function compare(
  index: number,
  report: Report,
  annotations: readonly Annotation[],
  content: readonly string[],
): string[] {
  const problems: string[] = [];
  const is = (what: string) => problems.push(`client ${index}: ${what}`);
  if (report.state !== "live") is(`is ${report.state}`);
  if (report.unsaved > 0) is(`has ${report.unsaved} operations unsaved`);
  if (report.annotations.length !== annotations.length) {
    is(`shows ${report.annotations.length} annotations, the service has ${annotations.length}`);
  }
  for (const [place, annotation] of annotations.entries()) {
    const shown = report.annotations[place];
    if (isDeepStrictEqual(shown, annotation)) continue;
    is(`shows ${JSON.stringify(shown)} in place of ${JSON.stringify(annotation)}`);
    break;
  }
  const different = content.findIndex((token, place) => report.content[place] !== token);
  if (different >= 0 || report.content.length !== content.length) {
    is(`has ${report.content.length} updates of ${content.length}; the first other one is ${different}`);
  }
  return problems;
}

function inDrawingOrder(annotations: readonly Annotation[]): Annotation[] {
  return annotations
    .filter(({ status }) => status === "active")
    .sort((a, b) => a.z_index - b.z_index || a.ordinal - b.ordinal);
}

/** The content as it is on the service. */
async function readUpdates(service: URL, documentId: string): Promise<Uint8Array[]> {
  let found: Uint8Array[] = [];
  for (let since = 0, more = true; more;) {
    const route = `/v1/documents/${documentId}/changes?since=${since}&limit=1000`;
    const { resumed, snapshot_b64, updates, next_since, ...answer } = await read(
      service,
      route,
      changesSchema,
    );
    if (!resumed) found = snapshot_b64 ? [Buffer.from(snapshot_b64, "base64")] : [];
    for (const { delta_b64 } of updates) found.push(Buffer.from(delta_b64, "base64"));
    since = next_since;
    more = answer.more;
  }
  return found;
}
