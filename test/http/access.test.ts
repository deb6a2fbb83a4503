import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { insertExportJob } from "../../src/catalog/export-jobs.ts";
import { readOpenApi } from "../../src/http/openapi/document.ts";
import { type Role, roleReaches, roles } from "../../src/protocol/access.ts";
import type { Version } from "../../src/protocol/version.ts";
import {
  type CallInit,
  call,
  guarded,
  makeToken,
  postAnnotation,
  postDocument,
  firstMessage,
  readRefusal,
} from "../support/http.ts";
import { tinyPng } from "../support/images.ts";

/** What exists for a row of the table: fresh for each, so that no row sees what another did. */
interface Ids {
  document: string;
  annotation: string;
  version: string;
  export: string;
}

interface Row {
  method: string;
  /** As in OpenAPI. */
  route: string;
  role: Role;
  /** Takes a token for every document. */
  all?: boolean;
  path?: (ids: Ids) => string;
  init?: (ids: Ids) => CallInit;
  /** The answer to who is allowed. */
  status: number;
}

const at = (ids: Ids) => ({ document_id: ids.document });
const table: Row[] = [
  {
    method: "POST",
    route: "/v1/documents",
    role: "admin",
    all: true,
    init: () => ({ json: { title: "x" } }),
    status: 201,
  },
  { method: "GET", route: "/v1/documents", role: "viewer", all: true, status: 200 },
  { method: "GET", route: "/v1/documents/{id}", role: "viewer", status: 200 },
  {
    method: "PATCH",
    route: "/v1/documents/{id}",
    role: "editor",
    init: () => ({ json: { title: "y" } }),
    status: 200,
  },
  { method: "DELETE", route: "/v1/documents/{id}", role: "admin", status: 204 },
  { method: "POST", route: "/v1/documents/{id}/restore", role: "admin", status: 200 },
  {
    method: "PUT",
    route: "/v1/documents/{id}/image",
    role: "editor",
    init: () => ({ body: tinyPng }),
    status: 200,
  },
  { method: "GET", route: "/v1/documents/{id}/image", role: "viewer", status: 404 },
  { method: "GET", route: "/v1/documents/{id}/thumbnail", role: "viewer", status: 200 },
  { method: "GET", route: "/v1/documents/{id}/changes", role: "viewer", status: 200 },
  {
    method: "POST",
    route: "/v1/documents/{id}/updates",
    role: "editor",
    init: () => ({ json: { updates: [{ op_id: crypto.randomUUID(), base_version: 0, delta_b64: "AQID" }] } }),
    status: 200,
  },
  {
    method: "POST",
    route: "/v1/annotations",
    role: "editor",
    init: (ids) => ({ json: { ...at(ids), type: "point", geometry: { x: 1, y: 1 } } }),
    status: 201,
  },
  {
    method: "GET",
    route: "/v1/annotations",
    role: "viewer",
    path: (ids) => `/v1/annotations?document_id=${ids.document}`,
    status: 200,
  },
  {
    method: "GET",
    route: "/v1/annotations/{id}",
    role: "viewer",
    path: (ids) => `/v1/annotations/${ids.annotation}?document_id=${ids.document}`,
    status: 200,
  },
  {
    method: "PATCH",
    route: "/v1/annotations/{id}",
    role: "editor",
    path: (ids) => `/v1/annotations/${ids.annotation}?document_id=${ids.document}`,
    init: () => ({ json: { version: 1, text: "t" } }),
    status: 200,
  },
  {
    method: "DELETE",
    route: "/v1/annotations/{id}",
    role: "editor",
    path: (ids) => `/v1/annotations/${ids.annotation}?document_id=${ids.document}`,
    status: 204,
  },
  {
    method: "POST",
    route: "/v1/annotations/batch",
    role: "editor",
    init: (ids) => ({ json: { ...at(ids), operations: [{ op: "delete", id: ids.annotation }] } }),
    status: 200,
  },
  { method: "POST", route: "/v1/versions", role: "editor", init: (ids) => ({ json: at(ids) }), status: 201 },
  {
    method: "GET",
    route: "/v1/versions",
    role: "viewer",
    path: (ids) => `/v1/versions?document_id=${ids.document}`,
    status: 200,
  },
  {
    method: "GET",
    route: "/v1/versions/{id}",
    role: "viewer",
    path: (ids) => `/v1/versions/${ids.version}?document_id=${ids.document}`,
    status: 200,
  },
  {
    method: "GET",
    route: "/v1/versions/{id}/diff",
    role: "viewer",
    path: (ids) => `/v1/versions/${ids.version}/diff?document_id=${ids.document}`,
    status: 200,
  },
  {
    method: "POST",
    route: "/v1/versions/{id}/revert",
    role: "editor",
    path: (ids) => `/v1/versions/${ids.version}/revert?document_id=${ids.document}`,
    status: 200,
  },
  {
    method: "POST",
    route: "/v1/exports",
    role: "viewer",
    init: (ids) => ({ json: { ...at(ids), format: "svg" } }),
    status: 202,
  },
  {
    method: "GET",
    route: "/v1/exports",
    role: "viewer",
    path: (ids) => `/v1/exports?document_id=${ids.document}`,
    status: 200,
  },
  {
    method: "GET",
    route: "/v1/exports/{id}",
    role: "viewer",
    path: (ids) => `/v1/exports/${ids.export}`,
    status: 200,
  },
  {
    method: "DELETE",
    route: "/v1/exports/{id}",
    role: "editor",
    path: (ids) => `/v1/exports/${ids.export}`,
    status: 200,
  },
  {
    method: "GET",
    route: "/v1/exports/{id}/download",
    role: "viewer",
    path: (ids) => `/v1/exports/${ids.export}/download`,
    status: 409,
  },
  {
    method: "GET",
    route: "/exports/{file}",
    role: "viewer",
    path: (ids) => `/exports/${ids.export}.json`,
    status: 409,
  },
  {
    method: "POST",
    route: "/v1/tokens",
    role: "viewer",
    init: (ids) => ({ json: { ...at(ids), role: "viewer", expires_in: 60 } }),
    status: 201,
  },
  {
    method: "POST",
    route: "/v1/tokens/revoke",
    role: "admin",
    init: (ids) => ({ json: at(ids) }),
    status: 200,
  },
  {
    method: "GET",
    route: "/v1/realtime",
    role: "viewer",
    path: (ids) => `/v1/realtime?document_id=${ids.document}`,
    init: () => ({ headers: { Upgrade: "websocket" } }),
    status: 101,
  },
  {
    method: "GET",
    route: "/ws/documents/{id}",
    role: "viewer",
    init: () => ({ headers: { Upgrade: "websocket" } }),
    status: 101,
  },
];

const open = ["GET /v1/health"];

async function makeIds(): Promise<Ids> {
  const { id: document } = await postDocument();
  const annotation = await postAnnotation(document);
  const version = await call("/v1/versions", { json: { document_id: document } });
  const { id } = await version.json<Version>();
  return { document, annotation: annotation.id, version: id, export: await putQueuedExport(document) };
}

/** A job that nobody works on: its file is never ready. */
async function putQueuedExport(documentId: string): Promise<string> {
  const { job } = await insertExportJob(env.DB, {
    id: crypto.randomUUID(),
    document_id: documentId,
    version_id: null,
    seq: 1,
    format: "json",
    options: { scale: 1, quality: 85, background: "#ffffff" },
    requester: null,
    created_at: Date.now(),
  });
  return job.id;
}

async function request(row: Row, ids: Ids, token?: string): Promise<Response> {
  const path = row.path?.(ids) ?? row.route.replace("{id}", ids.document);
  return guarded(path, { method: row.method, ...row.init?.(ids), ...(token && { token }) });
}

async function refusedAs(response: Response): Promise<string> {
  return (await readRefusal(response)).code;
}

/** A socket's refusal is told over the socket, by its close code; every other one by its status. */
async function statusOf(response: Response): Promise<number | undefined> {
  return response.webSocket ? (await readRefusal(response)).close : response.status;
}

describe.each(table)("$method $route takes $role", (row) => {
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
    for (const role of roles.filter((candidate) => !roleReaches(candidate, row.role))) {
      for (const doc of ["*", ids.document]) {
        const response = await request(row, ids, await makeToken({ role, doc }));
        expect([role, response.status, await refusedAs(response)]).toEqual([role, 403, "forbidden"]);
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
    for (const role of roles.filter((candidate) => roleReaches(candidate, row.role))) {
      for (const doc of row.all ? ["*"] : ["*", ids.document]) {
        const fresh = await makeIds();
        const token = await makeToken({ role, doc: doc === "*" ? "*" : fresh.document });
        const response = await request(row, fresh, token);
        expect([role, doc, response.status]).toEqual([role, doc, row.status]);
        if (!response.webSocket) continue;
        expect((await firstMessage(response)).type).toBe("state");
      }
    }
  });
});

describe("the table of access", () => {
  it("has every documented route", () => {
    const documented = Object.entries(readOpenApi().paths ?? {}).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const rows = table.map(({ method, route }) => `${method} ${route}`);
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
