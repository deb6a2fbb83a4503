import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { annotationSchema } from "../src/protocol/model/annotation.ts";
import { documentSchema } from "../src/protocol/model/document.ts";
import { exportFileName, exportJobSchema } from "../src/protocol/model/export-job.ts";
import { projectRoot } from "../tools/project.ts";
import { RoomSocket, roomUrl } from "../tools/room-socket.ts";
import type { Scenario } from "./harness.ts";
import { measureRequests } from "./load.ts";
import type { Load } from "./load-generator.ts";
import { measureUpdates } from "./measure-updates.ts";
import { runBench } from "./run-bench.ts";
import { startService, startWorker } from "./server.ts";

/**
 * `npm run bench [-- --rounds 5 --json FILE --only export]`: the service as `npm run serve` runs it, beside a bare
 * Worker with one D1 query, run the same way, in the same minutes.
 */

const CONNECTIONS = 16;
const BARE = "bare Worker";
/** Documents that a list has to choose from, before the creates of this run. */
const LISTED = 100;
const fixture = path.join(projectRoot, "test/fixtures/exif-landscape-6.jpg");
/**
 * A job that asks for what another one has made gets a copy: under an opaque photo each colour is as much work, and
 * another request.
 */
let grounds = 0;

await runBench((state) => {
  let started: Promise<URL> | undefined;
  const service = () => (started ??= startService(path.join(state, "acetate")).then(({ url }) => url));
  return {
    rest: async () =>
      compareRest(await service(), (await startWorker("bench/bare-worker", path.join(state, "bare"))).url),
    updates: async () => {
      const url = await service();
      return alone("Updates over one socket, 64 in flight", "updates/s", async () =>
        measureUpdates(roomUrl(url, await createDocument(url, "Updates")), {
          updates: 5_000,
          inFlight: 64,
          deltaBytes: 64,
        }),
      );
    },
    export: async () => {
      const url = await service();
      const pictured = await createPictured(url);
      return alone("Export a photo as PNG", "ms", () => measureExport(url, pictured));
    },
  };
});

async function compareRest(service: URL, bare: URL): Promise<Scenario> {
  const ids = await Promise.all(Array.from({ length: LISTED }, () => createDocument(service, "Listed")));
  const get = (url: URL, requests: number): Load => ({
    url: url.href,
    method: "GET",
    requests,
    connections: CONNECTIONS,
    expectedStatus: 200,
  });
  const loads: Record<string, Load> = {
    [BARE]: get(bare, 2_000),
    "create a document": {
      url: new URL("/v1/documents", service).href,
      method: "POST",
      bodies: [JSON.stringify({ title: "Created" })],
      connections: CONNECTIONS,
      requests: 500,
      expectedStatus: 201,
    },
    "get a document": get(new URL(`/v1/documents/${ids[0]}`, service), 2_000),
    "list 20 documents": get(new URL("/v1/documents", service), 1_000),
  };
  return {
    name: "REST at 16 connections",
    contenders: Object.entries(loads).map(([name, load]) => ({
      name,
      measure: async () => ({ "requests/s": await measureRequests(load) }),
    })),
    comparisons: Object.keys(loads)
      .filter((name) => name !== BARE)
      .map((of) => ({ unit: "requests/s", of, to: [BARE] })),
  };
}

/** What is compared to nothing. */
function alone(name: string, unit: string, measure: () => Promise<number>): Scenario {
  return {
    name,
    contenders: [{ name: "Acetate", measure: async () => ({ [unit]: await measure() }) }],
    comparisons: [],
  };
}

/** Milliseconds from the request to the message that the file is there. */
async function measureExport(service: URL, documentId: string): Promise<number> {
  const background = `#${(grounds++).toString(16).padStart(6, "0")}`;
  const room = await RoomSocket.join(roomUrl(service, documentId));
  const start = performance.now();
  const { id, format } = exportJobSchema.parse(
    await post(service, "/v1/exports", { document_id: documentId, format: "png", background }),
  );
  const finished = await room.next("export.finished", (message) => message.export.id === id);
  const elapsed = performance.now() - start;
  await room.close();
  if (finished.export.status !== "succeeded") throw new Error(`the export failed: ${finished.export.error}`);
  await rm(path.join(projectRoot, "exports", exportFileName(id, format)), { force: true });
  return elapsed;
}

async function createDocument(service: URL, title: string): Promise<string> {
  return documentSchema.parse(await post(service, "/v1/documents", { title })).id;
}

/** A document with the photo of 1800 × 1200 and ten annotations. */
async function createPictured(service: URL): Promise<string> {
  const id = await createDocument(service, "Pictured");
  const response = await fetch(new URL(`/v1/documents/${id}/image`, service), {
    method: "PUT",
    body: await readFile(fixture),
  });
  if (!response.ok) throw new Error(`the picture was refused: ${await response.text()}`);
  for (let index = 0; index < 10; index++) {
    const geometry = { x: 100 + index * 150, y: 100 + index * 90, width: 120, height: 80 };
    annotationSchema.parse(
      await post(service, "/v1/annotations", {
        document_id: id,
        type: "box",
        geometry,
        text: `Box ${index}`,
      }),
    );
  }
  return id;
}

async function post(service: URL, route: string, body: object): Promise<unknown> {
  const response = await fetch(new URL(route, service), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${route} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
