import { beforeAll, describe, expect, it } from "vitest";
import { readDocumented } from "../support/documented.ts";
import { type Claims, isAllowed, roles } from "../../src/protocol/model/token.ts";
import { firstMessage, guarded, makeToken, readRefusal } from "../support/http.ts";
import { type Ids, guardedRoutes, makeIds, request } from "../support/routes.ts";

const open = ["GET /v1/health"];

async function refusedAs(response: Response): Promise<string> {
  return (await readRefusal(response)).code;
}

/** A socket's refusal is told over the socket, by its close code; every other one by its status. */
async function statusOf(response: Response): Promise<number | undefined> {
  return response.webSocket ? (await readRefusal(response)).close : response.status;
}

/** What tokens may say that a route looks at. */
const kinds: Pick<Claims, "role" | "comment">[] = [
  ...roles.map((role) => ({ role })),
  { role: "viewer", comment: true },
];

describe.each(guardedRoutes)("$method $route takes $role", (row) => {
  let ids: Ids;
  beforeAll(async () => {
    ids = await makeIds();
  });

  it("is shut without a token", async () => {
    const isSocket = row.status === 101;
    expect(await statusOf(await request(row, ids))).toBe(isSocket ? 4401 : 401);
    const response = await request(row, ids);
    if (!isSocket) expect(response.headers.get("WWW-Authenticate")).toBe("Bearer");
    expect(await refusedAs(response)).toBe("unauthorized");
  });

  it("is shut to lower roles", async () => {
    for (const kind of kinds.filter((each) => !isAllowed(each, row.role))) {
      for (const doc of ["*", ids.document]) {
        const response = await request(row, ids, await makeToken({ ...kind, doc }));
        expect([kind, response.status, await refusedAs(response)]).toEqual([kind, 403, "forbidden"]);
      }
    }
  });

  it("is shut to tokens for another document", async () => {
    const other = await makeToken({ role: "admin", doc: crypto.randomUUID() });
    expect(await refusedAs(await request(row, ids, other))).toBe("forbidden_document");
    if (!row.all) return;
    const one = await makeToken({ role: "admin", doc: ids.document });
    expect(await refusedAs(await request(row, ids, one))).toBe("forbidden_document");
  });

  it("is open to the role and to those above it", async () => {
    for (const kind of kinds.filter((each) => isAllowed(each, row.role))) {
      for (const doc of row.all ? ["*"] : ["*", ids.document]) {
        const fresh = await makeIds();
        const token = await makeToken({ ...kind, doc: doc === "*" ? "*" : fresh.document });
        const response = await request(row, fresh, token);
        expect([kind, doc, response.status]).toEqual([kind, doc, row.status]);
        if (!response.webSocket) continue;
        expect((await firstMessage(response)).type).toBe("state");
      }
    }
  });
});

describe("the table of access", () => {
  it("has every documented route", () => {
    const documented = Object.entries(readDocumented()).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const rows = guardedRoutes.map(({ method, route }) => `${method} ${route}`);
    expect([...documented].sort()).toEqual([...rows, ...open].sort());
  });

  it.each(["/", "/v1/health", "/api/v1/health", "/openapi.json", "/docs", "/docs/assets/start.js"])(
    "%s is open to everyone",
    async (path) => {
      expect((await guarded(path)).status).toBe(200);
    },
  );
});

describe("lists with a token for one document", () => {
  it("hold that document's annotations and exports only", async () => {
    const ids = await makeIds();
    await makeIds();
    const token = await makeToken({ role: "viewer", doc: ids.document });
    for (const path of ["/v1/annotations", "/v1/exports"]) {
      const { items } = await (await guarded(path, { token })).json<{ items: { document_id: string }[] }>();
      expect(items.map((item) => item.document_id)).toEqual([ids.document]);
    }
  });

  it("find an annotation or a version without naming the document", async () => {
    const ids = await makeIds();
    const token = await makeToken({ role: "viewer", doc: ids.document });
    expect((await guarded(`/v1/annotations/${ids.annotation}`, { token })).status).toBe(200);
    expect((await guarded(`/v1/versions/${ids.version}`, { token })).status).toBe(200);
    const other = await makeIds();
    const refused = await guarded(`/v1/annotations/${other.annotation}`, { token });
    expect(await refusedAs(refused)).toBe("annotation_not_found");
  });
});
