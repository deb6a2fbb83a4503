import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { annotationSchema } from "../src/protocol/annotation.ts";
import { documentSchema } from "../src/protocol/document.ts";
import { exportFileName, exportJobSchema } from "../src/protocol/export-job.ts";
import { projectRoot } from "../tools/project.ts";
import { RoomSocket, roomUrl } from "../tools/room-socket.ts";
import { printTable, runCases, writeJson, type Case } from "./harness.ts";
import { measureRequests } from "./load.ts";
import { measureUpdates } from "./measure-updates.ts";
import { startServer } from "./server.ts";

/**
 * `npm run bench [-- --rounds 5 --json FILE]`: the service as `npm run serve` runs it, beside a bare Worker with one D1
 * query, run the same way, in the same minutes.
 */

const CONNECTIONS = 16;
const BARE = "bare Worker";
/** Documents that a list has to choose from, before the creates of this run. */
const LISTED = 100;
const fixture = path.join(projectRoot, "test/fixtures/exif-landscape-6.jpg");

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, json: { type: "string" } },
});
const state = await mkdtemp(path.join(os.tmpdir(), "acetate-bench-"));
const bare = await startServer("bench/serve-bare.ts", [path.join(state, "bare")]);
const service = await startServer("tools/serve.ts", ["--port", "0", "--state", path.join(state, "acetate")]);
try {
  const figures = await runCases(await makeCases(), Number(values.rounds));
  printTable(figures);
  if (values.json !== undefined) await writeJson(values.json, figures);
} finally {
  await Promise.all([bare.stop(), service.stop()]);
  await rm(state, { recursive: true, force: true });
}

async function makeCases(): Promise<Case[]> {
  const ids = await Promise.all(Array.from({ length: LISTED }, () => createDocument("Listed")));
  const pictured = await createPictured();
  const get = { method: "GET", connections: CONNECTIONS, expectedStatus: 200 } as const;
  const rest = { unit: "requests/s", comparedTo: BARE } as const;
  return [
    {
      name: BARE,
      unit: "requests/s",
      measure: () => measureRequests({ ...get, url: bare.url.href, requests: 2_000 }),
    },
    {
      ...rest,
      name: "create a document",
      measure: () =>
        measureRequests({
          url: address("/v1/documents"),
          method: "POST",
          body: JSON.stringify({ title: "Created" }),
          connections: CONNECTIONS,
          requests: 500,
          expectedStatus: 201,
        }),
    },
    {
      ...rest,
      name: "get a document",
      measure: () => measureRequests({ ...get, url: address(`/v1/documents/${ids[0]}`), requests: 2_000 }),
    },
    {
      ...rest,
      name: "list 20 documents",
      measure: () => measureRequests({ ...get, url: address("/v1/documents"), requests: 1_000 }),
    },
    {
      name: "updates over one socket, 64 in flight",
      unit: "updates/s",
      measure: async () => {
        const room = roomUrl(service.url, await createDocument("Updates"));
        return measureUpdates(room, { updates: 5_000, inFlight: 64, deltaBytes: 64 });
      },
    },
    { name: "export the photo as PNG", unit: "ms", measure: () => measureExport(pictured) },
  ];
}

/** Milliseconds from the request to the message that the file is there. */
async function measureExport(documentId: string): Promise<number> {
  const room = await RoomSocket.join(roomUrl(service.url, documentId));
  const start = performance.now();
  const { id, format } = exportJobSchema.parse(
    await post("/v1/exports", { document_id: documentId, format: "png" }),
  );
  const finished = await room.next("export.finished", (message) => message.export.id === id);
  const elapsed = performance.now() - start;
  await room.close();
  if (finished.export.status !== "succeeded") throw new Error(`the export failed: ${finished.export.error}`);
  await rm(path.join(projectRoot, "exports", exportFileName(id, format)), { force: true });
  return elapsed;
}

async function createDocument(title: string): Promise<string> {
  return documentSchema.parse(await post("/v1/documents", { title })).id;
}

/** A document with the photo of 1800 × 1200 and ten annotations. */
async function createPictured(): Promise<string> {
  const id = await createDocument("Pictured");
  const response = await fetch(address(`/v1/documents/${id}/image`), {
    method: "PUT",
    body: await readFile(fixture),
  });
  if (!response.ok) throw new Error(`the picture was refused: ${await response.text()}`);
  for (let index = 0; index < 10; index++) {
    const geometry = { x: 100 + index * 150, y: 100 + index * 90, width: 120, height: 80 };
    annotationSchema.parse(
      await post("/v1/annotations", { document_id: id, type: "box", geometry, text: `Box ${index}` }),
    );
  }
  return id;
}

async function post(route: string, body: object): Promise<unknown> {
  const response = await fetch(address(route), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${route} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

function address(route: string): string {
  return new URL(route, service.url).href;
}
