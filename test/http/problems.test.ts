import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { leaseNextExportJob, succeedExportJob } from "../../src/catalog/export-leases.ts";
import { readDocumented } from "../support/documented.ts";
import { roles } from "../../src/protocol/model/token.ts";
import { errorKind, type ErrorCode, errorCodes } from "../../src/protocol/errors.ts";
import { BATCH_BODY_MAX_BYTES, IMAGE_MAX_BYTES } from "../../src/protocol/limits.ts";
import { type CallInit, call, guarded, makeToken, readProblem, SECRET, service } from "../support/http.ts";
import { pngHeader, tinyPng } from "../support/images.ts";
import { guardedRoutes, type Ids, makeIds, pathOf, type Row } from "../support/routes.ts";

/**
 * What OpenAPI says of each route's refusals, beside what the route really answers: each documented code is provoked,
 * each other one that can be tried is tried in vain.
 */

interface Documented {
  parameters?: ({ name: string } | { $ref: string })[];
  responses: Record<
    string,
    { content?: Record<string, { examples?: Record<string, { value: { code: ErrorCode } }> }> }
  >;
}

const documented = Object.entries(readDocumented()).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, Documented>).map(
    ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
  ),
);

/** The codes of a route's refusals; each stands under the status that the table of errors gives it. */
function codesOf(responses: Documented["responses"]): ErrorCode[] {
  return Object.entries(responses).flatMap(([status, { content }]) =>
    Object.values(content?.["application/problem+json"]?.examples ?? {}).map(({ value: { code } }) => {
      expect([code, String(errorKind(code).status)]).toEqual([code, status]);
      return code;
    }),
  );
}

type Send = ReturnType<typeof service>;
/** A request that is refused for one reason. */
interface Attempt {
  send?: Send;
  path?: string;
  init?: CallInit;
}
/** undefined: there is no way to try it on this route. */
type Provoke = (row: Row, ids: Ids) => Attempt | undefined | Promise<Attempt | undefined>;

const key = (name: string) => ({ headers: { "Idempotency-Key": name } });
const post = (path: string, json: object, init: CallInit = {}) => call(path, { json, ...init });
const isJson = (row: Row, ids: Ids) => row.init?.(ids).json !== undefined;
const broken = (message: string) =>
  new Proxy({} as never, {
    get: () => () => {
      throw new Error(message);
    },
  });

const everywhere: Partial<Record<ErrorCode, Provoke>> = {
  invalid: (row, ids) => ({ path: `${pathOf(row, ids)}${pathOf(row, ids).includes("?") ? "&" : "?"}no=1` }),
  unauthorized: () => ({ init: { headers: { Authorization: "Basic x" } } }),
  token_invalid: () => ({ init: { token: "nonsense" } }),
  token_expired: async () => ({ init: { token: await makeToken({ exp: Date.now() / 1000 - 1 }) } }),
  token_revoked: async (row, ids) => {
    const token = await makeToken({ doc: row.all ? "*" : ids.document });
    await guarded("/v1/tokens/revoke", { token: await makeToken(), json: { document_id: ids.document } });
    return { init: { token } };
  },
  forbidden: async (row) => {
    const role = row.role === "comment" ? "viewer" : roles[roles.indexOf(row.role) - 1];
    return role && { init: { token: await makeToken({ role }) } };
  },
  forbidden_document: async () => ({ init: { token: await makeToken({ doc: crypto.randomUUID() }) } }),
  forbidden_origin: () => ({ init: { headers: { Origin: "https://evil.example" } } }),
  secret_missing: (row, ids) => ({ send: call, path: `http://acetate.example${pathOf(row, ids)}` }),
  unavailable: () => ({ send: service({ AUTH_SECRET: SECRET, MAX_IMAGE_PIXELS: "none" }) }),
  internal: () => ({
    send: service({ AUTH_SECRET: SECRET, ROOMS: broken("secret"), DB: broken("secret") }),
  }),
  storage_full: () => ({
    send: service({
      AUTH_SECRET: SECRET,
      ROOMS: broken("database or disk is full: SQLITE_FULL"),
      DB: broken("database or disk is full: SQLITE_FULL"),
    }),
  }),
  rate_limited: async () => {
    const send = service({ AUTH_SECRET: SECRET, REQUESTS_PER_SECOND: "1" });
    const token = await makeToken({ sub: crypto.randomUUID() });
    while ((await send("/v1/documents?size=0", { token })).status !== 429);
    return { send, init: { token } };
  },
  invalid_json: (row, ids) =>
    isJson(row, ids) ? { init: { body: "{", headers: { "Content-Type": "application/json" } } } : undefined,
  too_large: (row, ids) =>
    isJson(row, ids)
      ? {
          init: {
            body: " ".repeat(BATCH_BODY_MAX_BYTES + 1),
            headers: { "Content-Type": "application/json" },
          },
        }
      : undefined,
  unsupported_media_type: (row, ids) =>
    row.init?.(ids).json || row.init?.(ids).body
      ? { init: { body: "no picture and no JSON", headers: { "Content-Type": "text/plain" } } }
      : undefined,
  document_not_found: (row, ids) => {
    const other = { ...ids, document: crypto.randomUUID() };
    return { path: pathOf(row, other), init: row.init?.(other) ?? {} };
  },
  document_deleted: async (row, ids) => {
    await call(`/v1/documents/${ids.document}`, { method: "DELETE" });
    // Who makes it again is told that it was deleted.
    return row.all && row.method === "POST"
      ? { init: { json: { id: ids.document, title: "A document" } } }
      : {};
  },
  annotation_not_found: (row, ids) => {
    const other = { ...ids, annotation: crypto.randomUUID() };
    return { path: pathOf(row, other), init: row.init?.(other) ?? {} };
  },
  comment_not_found: (row, ids) => {
    const other = { ...ids, comment: crypto.randomUUID() };
    const reply = isJson(row, ids) && row.method === "POST" && row.route.endsWith("/comments");
    if (!reply) return { path: pathOf(row, other) };
    return { init: { json: { ...jsonOf(row, ids), reply_to: other.comment } } };
  },
  version_not_found: (row, ids) => {
    const other = { ...ids, version: crypto.randomUUID() };
    return { path: pathOf(row, other) };
  },
  export_not_found: (row, ids) => ({ path: pathOf(row, { ...ids, export: crypto.randomUUID() }) }),
  op_id_reused: async (row, ids) => {
    const name = crypto.randomUUID();
    await call(`/v1/documents/${ids.document}`, { method: "PATCH", json: { title: "z" }, ...key(name) });
    return { init: { ...row.init?.(ids), ...key(name) } };
  },
  precondition_failed: (row, ids) => ({ init: { ...row.init?.(ids), headers: { "If-Match": '"999"' } } }),
  ambiguous_id: async (row, ids) => {
    const other = await makeIds();
    const point = { document_id: other.document, type: "point", geometry: { x: 1, y: 1 } };
    await post("/v1/annotations", { ...point, id: ids.annotation });
    return { path: pathOf(row, ids).replace(`?document_id=${ids.document}`, "") };
  },
  upgrade_required: () => ({ init: { headers: {} } }),
};

/** Where another request than the usual one is needed. */
const special: Record<string, Partial<Record<ErrorCode, Provoke>>> = {
  "POST /v1/documents": {
    token_revoked: async (_row, ids) => {
      const token = await makeToken();
      await guarded("/v1/tokens/revoke", { token, json: { document_id: ids.document } });
      return { init: { token, json: { id: ids.document, title: "A document" } } };
    },
    id_taken: (_row, ids) => ({ init: { json: { id: ids.document, title: "Another one" } } }),
    op_id_reused: async () => {
      const name = crypto.randomUUID();
      await guarded("/v1/documents", { token: await makeToken(), json: { title: "One" }, ...key(name) });
      return { init: { json: { title: "Two" }, ...key(name) } };
    },
  },
  "PATCH /v1/documents/{id}": {
    stale_version: () => ({ init: { json: { title: "y", version: 999 } } }),
    image_sets_size: async (_row, ids) => {
      await call(`/v1/documents/${ids.document}/image`, { method: "PUT", body: tinyPng });
      return { init: { json: { width: 5, height: 5 } } };
    },
  },
  "PUT /v1/documents/{id}/labels": {
    stale_version: () => ({ init: { json: { labels: [], version: 999 } } }),
  },
  "PUT /v1/documents/{id}/image": {
    invalid_image: () => ({ init: { body: tinyPng.slice(0, 20) } }),
    image_too_large: () => ({
      init: { body: tinyPng, headers: { "Content-Length": String(IMAGE_MAX_BYTES + 1) } },
    }),
  },
  "GET /v1/documents/{id}/image": {
    image_not_found: () => ({}),
    range_not_satisfiable: withPicture,
    not_drawable: async (row, ids) => {
      await call(`/v1/documents/${ids.document}/image`, { method: "PUT", body: pngHeader(9, 9) });
      return { path: `${pathOf(row, ids)}?width=256` };
    },
  },
  "GET /v1/documents/{id}/thumbnail": {
    range_not_satisfiable: () => ({ init: { headers: { Range: "bytes=99999999-" } } }),
    not_drawable: async (_row, ids) => {
      await call(`/v1/documents/${ids.document}/image`, { method: "PUT", body: pngHeader(9, 9) });
      return {};
    },
  },
  "POST /v1/documents/{id}/updates": {
    base_ahead: () => ({
      init: { json: { updates: [{ op_id: "a", base_version: 999, delta_b64: "AQID" }] } },
    }),
    stale_base: async (_row, ids) => {
      const updates = [{ op_id: "a", base_version: 0, delta_b64: "AQID" }];
      await post(`/v1/documents/${ids.document}/updates`, { updates });
      await call(`/v1/versions/${ids.version}/revert`, { method: "POST" });
      return { init: { json: { updates: [{ ...updates[0], op_id: "b" }] } } };
    },
    op_id_reused: async (_row, ids) => {
      const update = { op_id: "a", base_version: 0, delta_b64: "AQID" };
      await post(`/v1/documents/${ids.document}/updates`, { updates: [update] });
      return { init: { json: { updates: [{ ...update, delta_b64: "AAAA" }] } } };
    },
  },
  "POST /v1/annotations": {
    id_taken: (row, ids) => ({ init: { json: { ...jsonOf(row, ids), id: ids.annotation } } }),
  },
  "PATCH /v1/annotations/{id}": {
    stale_version: () => ({ init: { json: { version: 9, text: "t" } } }),
    annotation_deleted: async (_row, ids) => {
      await call(`/v1/annotations/${ids.annotation}?document_id=${ids.document}`, { method: "DELETE" });
      // Not its version any more: that it is deleted says more.
      return { init: { json: { version: 1, text: "t" } } };
    },
  },
  "DELETE /v1/annotations/{id}": {
    stale_version: (row, ids) => ({ path: `${pathOf(row, ids)}&version=9` }),
  },
  "POST /v1/annotations/{id}/restore": {
    stale_version: async (row, ids) => {
      await call(`/v1/annotations/${ids.annotation}?document_id=${ids.document}`, { method: "DELETE" });
      return { path: `${pathOf(row, ids)}&version=9` };
    },
    precondition_failed: async (_row, ids) => {
      await call(`/v1/annotations/${ids.annotation}?document_id=${ids.document}`, { method: "DELETE" });
      return { init: { headers: { "If-Match": '"999"' } } };
    },
  },
  "POST /v1/annotations/batch": {
    stale_version: (row, ids) => batch(row, ids, { op: "update", id: ids.annotation, version: 9, text: "t" }),
    annotation_deleted: async (_row, ids) => {
      await call(`/v1/annotations/${ids.annotation}?document_id=${ids.document}`, { method: "DELETE" });
      return {};
    },
    annotation_not_deleted: (row, ids) => batch(row, ids, { op: "restore", id: ids.annotation }),
    id_taken: (row, ids) =>
      batch(row, ids, { op: "create", id: ids.annotation, type: "point", geometry: { x: 1, y: 1 } }),
  },
  "POST /v1/documents/{id}/comments": {
    id_taken: (row, ids) => ({ init: { json: { ...jsonOf(row, ids), id: ids.comment } } }),
    annotation_deleted: async (_row, ids) => {
      await call(`/v1/annotations/${ids.annotation}?document_id=${ids.document}`, { method: "DELETE" });
      return {};
    },
  },
  "PATCH /v1/documents/{id}/comments/{comment_id}": {
    stale_version: () => ({ init: { json: { resolved: true, version: 9 } } }),
    comment_deleted: async (row, ids) => {
      await call(pathOf(row, ids), { method: "DELETE" });
      return { init: { json: { text: "t" } } };
    },
  },
  "DELETE /v1/documents/{id}/comments/{comment_id}": {
    stale_version: (row, ids) => ({ path: `${pathOf(row, ids)}?version=9` }),
  },
  "POST /v1/exports": {
    version_not_found: (row, ids) => ({
      init: { json: { ...jsonOf(row, ids), version_id: crypto.randomUUID() } },
    }),
    op_id_reused: async (row, ids) => {
      const name = crypto.randomUUID();
      const json = { document_id: ids.document, format: "json" };
      await guarded("/v1/exports", { token: await makeToken(), json, ...key(name) });
      return { init: { json: jsonOf(row, ids), ...key(name) } };
    },
    image_too_large: async (_row, ids) => {
      await call(`/v1/documents/${ids.document}`, {
        method: "PATCH",
        json: { width: 30_000, height: 30_000 },
      });
      return { init: { json: { document_id: ids.document, format: "png" } } };
    },
  },
  "DELETE /v1/exports/{id}": {
    export_finished: async (_row, ids) => {
      await finish(ids.export);
      return {};
    },
  },
  "GET /v1/exports/{id}/download": { export_not_ready: () => ({}), range_not_satisfiable: withFile },
  "GET /exports/{file}": { export_not_ready: () => ({}), range_not_satisfiable: withFile },
  // With an upgrade all of these are told over the socket.
  "GET /v1/realtime": withoutUpgrade(),
  "GET /ws/documents/{id}": withoutUpgrade(),
  "POST /v1/tokens": {
    forbidden: async (row, ids) => ({
      init: {
        json: { ...jsonOf(row, ids), role: "admin" },
        token: await makeToken({ role: "editor" }),
      },
    }),
  },
};

function withoutUpgrade(): Partial<Record<ErrorCode, Provoke>> {
  const codes = ["token_invalid", "token_expired", "rate_limited"] as const;
  const provoke = (code: ErrorCode) => async (row: Row, ids: Ids) => {
    const { init, ...attempt } = (await everywhere[code]?.(row, ids)) ?? {};
    return { ...attempt, init: { ...init, headers: {} } };
  };
  return Object.fromEntries(codes.map((code) => [code, provoke(code)]));
}

function jsonOf(row: Row, ids: Ids): object {
  return row.init?.(ids).json as object;
}

function batch(row: Row, ids: Ids, operation: object): Attempt {
  return { init: { json: { ...jsonOf(row, ids), operations: [operation] } } };
}

async function withPicture(_row: Row, ids: Ids): Promise<Attempt> {
  await call(`/v1/documents/${ids.document}/image`, { method: "PUT", body: tinyPng });
  return { init: { headers: { Range: "bytes=99999999-" } } };
}

async function finish(id: string): Promise<void> {
  const lease = { token: "t", until: Date.now() + 60_000 };
  // Jobs that others left come first.
  for (let leased; leased !== id;) {
    leased = (await leaseNextExportJob(env.DB, lease, Date.now()))?.job.id;
    if (leased === undefined) throw new Error(`Nobody can lease ${id}`);
  }
  const outcome = { bytes: 2, width: null, height: null, warnings: [] };
  await succeedExportJob(env.DB, id, lease.token, outcome, Date.now());
}

async function withFile(_row: Row, ids: Ids): Promise<Attempt> {
  await finish(ids.export);
  await env.BUCKET.put(`exports/${ids.export}.json`, "{}");
  return { init: { headers: { Range: "bytes=99999999-" } } };
}

/** What a route answers to an attempt; a socket that opens is a good answer, whatever is said over it. */
async function answer(row: Row, ids: Ids, provoke: Provoke): Promise<string> {
  const attempt = await provoke(row, ids);
  if (!attempt) return "nothing to try";
  const { send = guarded, path = pathOf(row, ids), init } = attempt;
  const usual = row.init?.(ids) ?? {};
  const token = init?.headers?.["Authorization"] === undefined ? await makeToken() : undefined;
  const { headers } = usual;
  const response = await send(path, {
    method: row.method,
    ...(token !== undefined && send !== call && { token }),
    ...(init?.body === undefined ? usual : { ...(headers && { headers }) }),
    ...init,
  });
  if (response.webSocket || response.ok || response.status === 304) {
    response.webSocket?.accept();
    response.webSocket?.close();
    await response.body?.cancel();
    return "ok";
  }
  return (await readProblem(response)).code;
}

/** Ways that change what there is. */
const changing: ReadonlySet<ErrorCode> = new Set([
  "token_revoked",
  "document_deleted",
  "op_id_reused",
  "ambiguous_id",
]);
/** Refused before anything is done. */
const refusedAtTheDoor: ReadonlySet<ErrorCode> = new Set([
  "invalid",
  "unauthorized",
  "token_invalid",
  "token_expired",
  "forbidden",
  "forbidden_document",
  "forbidden_origin",
  "secret_missing",
  "unavailable",
  "internal",
  "storage_full",
  "rate_limited",
  "invalid_json",
  "too_large",
  "unsupported_media_type",
]);

/** Told in no answer of REST, or of addresses that are no route. */
const elsewhere: ErrorCode[] = [
  "protocol_error",
  "unknown_type",
  "snapshot_rejected",
  "too_slow",
  "room_full",
  "not_found",
  "method_not_allowed",
];

// What is provoked is logged by the service, each with its stack.
beforeAll(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

describe.each(guardedRoutes)("the refusals of $method $route", (row) => {
  const name = `${row.method} ${row.route}`;
  const codes = codesOf(documented.find(([each]) => each === name)?.[1].responses ?? {});
  const ways: Partial<Record<ErrorCode, Provoke>> = { ...everywhere, ...special[name] };
  let shared: Ids;
  beforeAll(async () => {
    shared = await makeIds();
  });
  /** What an attempt may change is its own. */
  const idsFor = async (code: ErrorCode): Promise<Ids> => {
    const readsOnly = row.method === "GET" && !changing.has(code) && special[name]?.[code] === undefined;
    return readsOnly || (refusedAtTheDoor.has(code) && codes.includes(code)) ? shared : makeIds();
  };

  it.each(codes)("%s can be", async (code) => {
    const provoke = ways[code];
    if (!provoke) throw new Error("There is no way to provoke it: add one, or take it out of the route");
    expect(await answer(row, await idsFor(code), provoke)).toBe(code);
  });

  it("are all documented", async () => {
    for (const code of errorCodes) {
      const provoke = ways[code];
      if (!provoke || codes.includes(code)) continue;
      const got = await answer(row, await idsFor(code), provoke);
      const isKnown = got === "ok" || got === "nothing to try" || codes.some((each) => each === got);
      expect([code, got, isKnown]).toEqual([code, got, true]);
    }
  });
});

describe("If-Match", () => {
  it.each(documented)("of %s is documented where it is obeyed", (_, { parameters = [], responses }) => {
    const isTaken = parameters.some((each) => "name" in each && each.name === "if-match");
    expect(isTaken).toBe(codesOf(responses).includes("precondition_failed"));
  });
});

describe("the table of errors", () => {
  it("has no code that no route has, but those that are told elsewhere", () => {
    const all = new Set(documented.flatMap(([, { responses }]) => codesOf(responses)));
    expect(errorCodes.filter((code) => !all.has(code)).sort()).toEqual([...elsewhere].sort());
  });

  it("of health are those of an open route", async () => {
    const health = documented.find(([name]) => name === "GET /v1/health")?.[1].responses ?? {};
    expect(codesOf(health).sort()).toEqual([
      "forbidden_origin",
      "internal",
      "invalid",
      "rate_limited",
      "secret_missing",
      "storage_full",
      "unavailable",
    ]);
  });
});
