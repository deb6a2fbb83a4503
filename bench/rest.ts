import path from "node:path";
import { z } from "zod";
import type { Comparison, Measurement, Scenario } from "./harness.ts";
import { measureRequests } from "./load.ts";
import type { Load } from "./load-generator.ts";
import { hasPython, PYTHON } from "./python.ts";
import { runBench } from "./run-bench.ts";
import { LocalServer, startService, startWorker } from "./server.ts";

/**
 * `npm run bench:rest [-- --rounds 5 --json FILE --only get]`: annotations over REST at 16 connections, beside the
 * smallest FastAPI service of the same kind (`bench/fastapi`), where its Debian packages are installed.
 */

const ACETATE = "Acetate";
const FASTAPI = "FastAPI";
/** An object with one table and one row, and nothing else. */
const BARE_OBJECT = "bare object";
const CONNECTIONS = 16;
const DOCUMENTS = 16;
/** Annotations of the document that is listed, before the creates of this run. */
const LISTED = 100;

/** A service with what it is asked about. */
interface Side {
  name: string;
  url: URL;
  documents: string[];
  annotation: string;
}

await runBench((state) => {
  let started: Promise<Side[]> | undefined;
  const compared = async (name: string, atLeast: number | undefined, load: (side: Side) => Load) =>
    toScenario(name, await (started ??= startSides(state)), atLeast, load);
  return {
    create: () => compared("Create annotations in 16 documents", 2.5, createAnnotations),
    get: () =>
      compared("Get an annotation", 1.5, (side) => getLoad(side, `/v1/annotations/${side.annotation}`)),
    list: () =>
      compared("List 20 annotations", 2, (side) =>
        getLoad(side, `/v1/annotations?document_id=${side.documents[0]}&size=20`),
      ),
    documents: async () => {
      const scenario = await compared("Create documents", undefined, createDocuments);
      const { url } = await startWorker("bench/bare-object", path.join(state, "bare-object"));
      scenario.contenders.push({
        name: BARE_OBJECT,
        measure: async () => ({ "requests/s": await measureRequests(createDocuments({ url })) }),
      });
      // At most one and a half times as long.
      scenario.comparisons.push({
        unit: "requests/s",
        of: ACETATE,
        to: [BARE_OBJECT],
        goal: { atLeast: 1 / 1.5 },
      });
      return scenario;
    },
  };
});

function toScenario(
  name: string,
  sides: Side[],
  atLeast: number | undefined,
  load: (side: Side) => Load,
): Scenario {
  const measure = async (side: Side): Promise<Measurement> => ({
    "requests/s": await measureRequests(load(side)),
  });
  const ratio: Comparison[] =
    atLeast === undefined || sides.length < 2
      ? []
      : [{ unit: "requests/s", of: ACETATE, to: [FASTAPI], goal: { atLeast } }];
  return {
    name,
    contenders: sides.map((side) => ({ name: side.name, measure: () => measure(side) })),
    comparisons: ratio,
  };
}

function createAnnotations({ url, documents }: Side): Load {
  const bodies = documents.map((document) => JSON.stringify(annotationIn(document)));
  return post(new URL("/v1/annotations", url), bodies, 1_000);
}

function createDocuments({ url }: Pick<Side, "url">): Load {
  return post(new URL("/v1/documents", url), [JSON.stringify({ title: "Created" })], 500);
}

function post(url: URL, bodies: string[], requests: number): Load {
  return { url: url.href, method: "POST", bodies, requests, connections: CONNECTIONS, expectedStatus: 201 };
}

function getLoad({ url }: Side, route: string): Load {
  const target = new URL(route, url).href;
  return { url: target, method: "GET", requests: 2_000, connections: CONNECTIONS, expectedStatus: 200 };
}

function annotationIn(document: string): object {
  return {
    document_id: document,
    type: "box",
    geometry: { x: 10, y: 20, width: 300, height: 200 },
    text: "A box",
  };
}

async function startSides(state: string): Promise<Side[]> {
  const acetate = await fill(ACETATE, (await startService(path.join(state, "acetate"))).url);
  const packages = "python3-fastapi python3-uvicorn python3-sqlalchemy";
  if (!hasPython("fastapi, sqlalchemy, uvicorn", packages)) return [acetate];
  const app = path.join(import.meta.dirname, "fastapi");
  const fastApi = await LocalServer.start({
    command: PYTHON,
    args: (port) => [
      "-m",
      "uvicorn",
      "app:app",
      "--app-dir",
      app,
      "--port",
      String(port),
      "--log-level",
      "warning",
    ],
    env: () => ({ DATABASE: path.join(state, "fastapi.sqlite"), PYTHONDONTWRITEBYTECODE: "1" }),
  });
  return [acetate, await fill(FASTAPI, fastApi.url)];
}

async function fill(name: string, url: URL): Promise<Side> {
  const create = async (route: string, body: object): Promise<string> => {
    const response = await fetch(new URL(route, url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return z.object({ id: z.string() }).parse(await response.json()).id;
  };
  const documents: string[] = [];
  for (let index = 0; index < DOCUMENTS; index++) {
    documents.push(await create("/v1/documents", { title: "Annotated" }));
  }
  let annotation = "";
  for (let index = 0; index < LISTED; index++) {
    annotation = await create("/v1/annotations", annotationIn(documents[0] ?? ""));
  }
  return { name, url, documents, annotation };
}
