import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import type { Env } from "../../env.ts";
import { noQuery } from "../openapi/requests.ts";
import { json, onlyProblems } from "../openapi/responses.ts";
import { openObject } from "../../room/room-stub.ts";
import { createRouter } from "../router.ts";

const partSchema = z.enum(["ok", "unavailable"]);
const healthSchema = z
  .object({
    status: z.enum(["ok", "degraded"]).describe("`ok`: every part works"),
    d1: partSchema.describe("The catalog, for lists over all documents"),
    r2: partSchema.describe("The storage of pictures and exports"),
    objects: partSchema.describe("The documents' rooms"),
  })
  .meta({ id: "Health", description: "Whether the service and its parts work" });

/** No document has it: its object answers "no such document" and stores nothing. */
const NO_DOCUMENT = "00000000-0000-4000-8000-000000000000";

const healthy = { status: "ok", d1: "ok", r2: "ok", objects: "ok" } as const;

const refusals = onlyProblems("invalid");

const getHealth = createRoute({
  method: "get",
  path: "/health",
  tags: ["Service"],
  security: [],
  operationId: "getHealth",
  summary: "Check the service",
  description: "Whether the service and its parts work. Needs no token.",
  request: { query: noQuery },
  responses: {
    ...refusals,
    200: json(healthSchema, "Everything works", healthy),
    503: {
      description: `A part does not work; or ${refusals[503].description}`,
      content: {
        ...json(healthSchema, "", { ...healthy, status: "degraded", r2: "unavailable" }).content,
        ...refusals[503].content,
      },
    },
  },
});

export const healthRoutes = createRouter().openapi(getHealth, async (c) => {
  const [d1, r2, objects] = await Promise.all([
    probe(c.env.DB.prepare("SELECT 1 FROM documents LIMIT 1").first()),
    probe(c.env.BUCKET.head("health")),
    probe(reachObject(c.env)),
  ]);
  const parts = { d1, r2, objects };
  if (Object.values(parts).every((part) => part === "ok")) return c.json({ status: "ok", ...parts }, 200);
  return c.json({ status: "degraded", ...parts }, 503);
});

async function reachObject(env: Env): Promise<void> {
  await openObject(env, NO_DOCUMENT).getDocument({ claims: null }, false);
}

async function probe(work: Promise<unknown>): Promise<z.infer<typeof partSchema>> {
  try {
    await work;
    return "ok";
  } catch {
    return "unavailable";
  }
}
