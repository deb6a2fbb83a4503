import path from "node:path";
import { roomUrl } from "../tools/room-socket.ts";
import { createDocument, createPictured, measureExport } from "./exports.ts";
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
      return alone("Export a photo as PNG", "ms", () => measureExport(url, pictured, "png"));
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
