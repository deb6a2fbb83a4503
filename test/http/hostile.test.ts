import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { BATCH_BODY_MAX_BYTES, JSON_BODY_MAX_BYTES } from "../../src/protocol/limits.ts";
import { call, postAnnotation, postDocument, readProblem, service } from "../support/http.ts";

const json = { "Content-Type": "application/json" };
const post = (body: BodyInit, headers: Record<string, string> = json, path = "/v1/documents") =>
  call(path, { method: "POST", body, headers });

async function refusal(response: Response): Promise<[number, string]> {
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  return [response.status, (await readProblem(response)).code];
}

describe("a JSON body", () => {
  it.each(["", "{", "[1,]", '{"title":"x"}}', "undefined", "{'title':'x'}", "\u0000", '{"a":1 "b":2}'])(
    "that is not JSON is refused: %j",
    async (body) => {
      expect(await refusal(await post(body))).toEqual([400, "invalid_json"]);
    },
  );

  it.each(["[]", "null", "7", '"text"', "true"])("that is no object is refused: %s", async (body) => {
    expect(await refusal(await post(body))).toEqual([400, "invalid"]);
  });

  it("that is not UTF-8 is refused", async () => {
    const body = new Uint8Array([...new TextEncoder().encode('{"title":"'), 0xff, 0xfe, 0x22, 0x7d]);
    expect(await refusal(await post(body))).toEqual([400, "invalid_json"]);
  });

  it("may be 64 levels deep, not 65, and never brings the parser down", async () => {
    const deep = (levels: number) =>
      `{"title":"x","metadata":{"d":${"[".repeat(levels - 2)}${"]".repeat(levels - 2)}}}`;
    expect((await post(deep(64))).status).toBe(201);
    expect(await refusal(await post(deep(65)))).toEqual([400, "invalid_json"]);
    expect(await refusal(await post("[".repeat(500_000)))).toEqual([400, "invalid_json"]);
  });

  it("may have 1 MiB, a batch 4 MiB, whatever its Content-Length says", async () => {
    const padded = (bytes: number) => `{"title":"x"${" ".repeat(bytes - 13)}}`;
    expect((await post(padded(JSON_BODY_MAX_BYTES))).status).toBe(201);
    const over = await post(padded(JSON_BODY_MAX_BYTES + 1));
    expect(over.status).toBe(413);
    const problem = await readProblem(over);
    expect([problem.code, problem.detail]).toEqual(["too_large", expect.stringContaining("1048576")]);
    const declared = await post("{}", { ...json, "Content-Length": String(JSON_BODY_MAX_BYTES + 1) });
    expect(await refusal(declared)).toEqual([413, "too_large"]);

    const { id } = await postDocument();
    const batch = (bytes: number) => {
      const body = JSON.stringify({
        document_id: id,
        operations: [{ op: "create", type: "point", geometry: { x: 1, y: 1 } }],
      });
      return post(body + " ".repeat(bytes - body.length), json, "/v1/annotations/batch");
    };
    expect((await batch(BATCH_BODY_MAX_BYTES)).status).toBe(200);
    expect(await refusal(await batch(BATCH_BODY_MAX_BYTES + 1))).toEqual([413, "too_large"]);
  });

  it("must say that it is JSON", async () => {
    const body = '{"title":"x"}';
    for (const type of [
      "application/json",
      "application/json; charset=utf-8",
      "application/ld+json",
      "APPLICATION/JSON",
    ]) {
      expect([type, (await post(body, { "Content-Type": type })).status]).toEqual([type, 201]);
    }
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "application/jsonp",
      // Malformed: the validator's own rule.
      "application/json;",
    ]) {
      expect([type, ...(await refusal(await post(body, { "Content-Type": type })))]).toEqual([
        type,
        415,
        "unsupported_media_type",
      ]);
    }
    const untyped = await post(new TextEncoder().encode(body), {});
    expect(await refusal(untyped)).toEqual([415, "unsupported_media_type"]);
  });
});

describe("text", () => {
  it("with unpaired surrogates or NUL is refused wherever it stands", async () => {
    const { id } = await postDocument();
    const point = `"document_id":"${id}","type":"point","geometry":{"x":1,"y":1}`;
    for (const bad of ["\\ud800", "\\udc00 x", "a\\u0000b"]) {
      for (const [path, body] of [
        ["/v1/documents", `{"title":"${bad}"}`],
        ["/v1/documents", `{"title":"x","metadata":{"${bad}":1}}`],
        ["/v1/documents", `{"title":"x","metadata":{"a":["${bad}"]}}`],
        ["/v1/annotations", `{${point},"text":"${bad}"}`],
        ["/v1/annotations", `{${point},"labels":["${bad}"]}`],
        ["/v1/annotations", `{${point},"author":"${bad}"}`],
        ["/v1/versions", `{"document_id":"${id}","label":"${bad}"}`],
      ] as const) {
        expect([path, body, ...(await refusal(await post(body, json, path)))]).toEqual([
          path,
          body,
          400,
          "invalid",
        ]);
      }
    }
  });

  it("with SQL's own characters is only text", async () => {
    const hostile = `'); DROP TABLE documents; -- " % _ \\ \${x}`;
    const { id, title } = await postDocument({ title: hostile });
    expect(title).toBe(hostile);
    await postAnnotation(id, { author: hostile, labels: [hostile], text: hostile });
    const value = encodeURIComponent(hostile);
    expect(await (await call(`/v1/documents?q=${value}`)).json()).toMatchObject({ total: 1 });
    for (const scope of ["", `&document_id=${id}`]) {
      const found = await call(`/v1/annotations?author=${value}&label=${value}${scope}`);
      expect(await found.json()).toMatchObject({ total: 1, items: [{ author: hostile }] });
    }
  });
});

describe("names of fields", () => {
  it("that are unknown are refused, those of JavaScript's own objects too", async () => {
    for (const name of ["colour", "__proto__", "constructor", "toString"]) {
      const response = await post(`{"title":"x","${name}":{"polluted":true}}`);
      expect([name, response.status]).toEqual([name, 400]);
      expect((await readProblem(response)).errors?.[0]?.path).toBe(name);
    }
    expect({}).not.toHaveProperty("polluted");
  });
});

describe("ids", () => {
  it.each([
    "1",
    "x'--",
    "00000000-0000-0000-0000-000000000000",
    "6f1f9f0e-6a5e-1a7b-9d0a-3f6f2b8c1d20",
    "%00",
    "%ff",
  ])("that are no UUIDv4 are refused: %s", async (id) => {
    for (const path of [
      `/v1/documents/${id}`,
      `/v1/annotations/${id}`,
      `/v1/versions/${id}`,
      `/v1/exports/${id}`,
    ]) {
      expect([path, ...(await refusal(await call(path)))]).toEqual([path, 400, "invalid"]);
    }
  });
});

describe("when something inside fails", () => {
  it("D1 away is a 503 to come back from, and the rest goes on", async () => {
    const { id } = await postDocument();
    await env.DB.prepare("ALTER TABLE documents RENAME TO documents_away").run();
    try {
      const response = await call("/v1/documents");
      expect(response.headers.get("Retry-After")).toBe("1");
      expect(await refusal(response)).toEqual([503, "unavailable"]);
      const health = await call("/v1/health");
      expect([health.status, await health.json()]).toEqual([
        503,
        { status: "degraded", d1: "unavailable", r2: "ok", objects: "ok" },
      ]);
      expect((await call(`/v1/documents/${id}`)).status).toBe(200);
    } finally {
      await env.DB.prepare("ALTER TABLE documents_away RENAME TO documents").run();
    }
    expect((await call("/v1/documents")).status).toBe(200);
  });

  it.each([
    [{ retryable: true }, 503],
    [{ overloaded: true }, 503],
    [{ retryable: false, overloaded: false }, 500],
    [{}, 500],
  ])("what the runtime marks with %j is a %i", async (marks, status) => {
    const broken = service({ BUCKET: failing(Object.assign(new Error("Lost"), marks)) });
    const { id } = await postDocument();
    const image = await broken(`/v1/documents/${id}/image?sha256=${"0".repeat(64)}`);
    expect([image.status, image.headers.get("Retry-After")]).toEqual([status, status === 503 ? "1" : null]);
  });

  it("an unknown failure shows nothing of the inside", async () => {
    const broken = service({ BUCKET: failing(new Error("the password is hunter2")) });
    const { id } = await postDocument();
    const image = await broken(`/v1/documents/${id}/image?sha256=${"0".repeat(64)}`);
    expect(image.status).toBe(500);
    const problem = await readProblem(image);
    expect(problem).toMatchObject({ code: "internal", request_id: image.headers.get("X-Request-Id") });
    expect(JSON.stringify(problem)).not.toContain("hunter2");
  });
});

/** A bucket that throws at every use. */
function failing(error: Error): R2Bucket {
  return new Proxy(env.BUCKET, {
    get() {
      throw error;
    },
  });
}
