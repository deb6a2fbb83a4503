import { describe, expect, it } from "vitest";
import { isLoopbackRequest } from "../../src/http/middleware/loopback.ts";
import { call, guarded, postDocument, readProblem, SECRET, service } from "../support/http.ts";

const codeOf = async (response: Response) => (response.ok ? "ok" : (await readProblem(response)).code);
const from = (origin: string) => ({ headers: { Origin: origin } });

describe("without AUTH_SECRET", () => {
  it.each(["http://localhost:8787", "http://127.0.0.1:9000", "http://[::1]:80"])(
    "serves %s",
    async (host) => {
      expect((await call(`${host}/v1/health`)).status).toBe(200);
    },
  );

  it.each(["http://acetate.example", "http://localhost.evil.example", "http://127.0.0.2", "http://0.0.0.0"])(
    "answers 503 to %s, whatever is asked",
    async (host) => {
      for (const path of [
        "/v1/health",
        "/v1/documents",
        "/docs",
        "/nothing",
        `/ws/documents/${crypto.randomUUID()}`,
      ]) {
        const response = await call(`${host}${path}`);
        expect([path, response.status]).toEqual([path, 503]);
        const problem = await readProblem(response);
        expect(problem.code).toBe("secret_missing");
        expect(problem.detail).toContain("AUTH_SECRET");
      }
    },
  );

  it("goes by the Host header too: a foreign name that resolves to loopback is foreign", () => {
    const request = (host: string) => new Request("http://localhost:8787/", { headers: { Host: host } });
    expect(isLoopbackRequest(request("localhost:8787"))).toBe(true);
    expect(isLoopbackRequest(request("[::1]:8787"))).toBe(true);
    expect(isLoopbackRequest(request("evil.example:8787"))).toBe(false);
    expect(isLoopbackRequest(request("not a host"))).toBe(false);
  });

  it("takes pages of this machine, no others, for sockets as for REST", async () => {
    const { id } = await postDocument();
    expect(await codeOf(await call("/v1/documents", from("http://localhost:3000")))).toBe("ok");
    for (const origin of ["https://evil.example", "null", "http://localhost.evil.example"]) {
      expect(await codeOf(await call("/v1/documents", from(origin)))).toBe("forbidden_origin");
      const socket = await call(`/ws/documents/${id}`, { headers: { Origin: origin, Upgrade: "websocket" } });
      expect(await codeOf(socket)).toBe("forbidden_origin");
    }
  });

  it("does not take ALLOWED_ORIGINS for an excuse", async () => {
    const openToAll = service({ ALLOWED_ORIGINS: "*" });
    expect(await codeOf(await openToAll("/v1/documents", from("https://evil.example")))).toBe(
      "forbidden_origin",
    );
  });
});

describe("with AUTH_SECRET", () => {
  const listed = service({ AUTH_SECRET: SECRET, ALLOWED_ORIGINS: "https://app.example, https://b.example" });

  it("serves every host, and pages of the same host", async () => {
    const own = await guarded("https://acetate.example/v1/health", from("https://acetate.example"));
    expect(own.status).toBe(200);
    const other = await guarded("https://acetate.example/v1/health", from("https://acetate.example:444"));
    expect(await codeOf(other)).toBe("forbidden_origin");
  });

  it("serves pages of ALLOWED_ORIGINS and tells browsers so", async () => {
    const response = await listed("/v1/health", from("https://b.example"));
    expect(response.status).toBe(200);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("https://b.example");
    expect(response.headers.get("Access-Control-Expose-Headers")).toContain("ETag");
    expect(response.headers.get("Vary")).toContain("Origin");
    expect(await codeOf(await listed("/v1/health", from("https://c.example")))).toBe("forbidden_origin");
    const any = service({ AUTH_SECRET: SECRET, ALLOWED_ORIGINS: "*" });
    expect((await any("/v1/health", from("https://c.example"))).status).toBe(200);
  });

  it("lets a page read why it was refused, too", async () => {
    const response = await listed("/v1/documents", from("https://b.example"));
    expect(response.status).toBe(401);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("https://b.example");
  });

  it("answers a preflight without a token", async () => {
    const ask = (origin: string) =>
      listed("/v1/documents", {
        method: "OPTIONS",
        headers: { Origin: origin, "Access-Control-Request-Method": "POST" },
      });
    const response = await ask("https://app.example");
    expect(response.status).toBe(204);
    expect(response.headers.get("Access-Control-Allow-Methods")).toContain("PATCH");
    expect(response.headers.get("Access-Control-Allow-Headers")).toContain("Idempotency-Key");
    expect(await codeOf(await ask("https://evil.example"))).toBe("forbidden_origin");
  });

  it("refuses a bad list of origins by its name", async () => {
    const response = await service({ AUTH_SECRET: SECRET, ALLOWED_ORIGINS: "app.example" })("/v1/health");
    expect(response.status).toBe(503);
    expect((await readProblem(response)).detail).toContain("ALLOWED_ORIGINS");
  });
});

describe("every answer", () => {
  it("has a request id of its own, whatever the client sends", async () => {
    const send = () => call("/v1/health", { headers: { "X-Request-Id": "mine" } });
    const [first, second] = [await send(), await send()].map((answer) => answer.headers.get("X-Request-Id"));
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
    const refused = await call("/nothing");
    expect((await readProblem(refused)).request_id).toBe(refused.headers.get("X-Request-Id"));
  });

  it("tells other sites nothing of its address and lets no type be guessed", async () => {
    for (const path of ["/v1/health", "/nothing", "/docs"]) {
      const { headers } = await call(path);
      expect(headers.get("Referrer-Policy")).toBe("no-referrer");
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    }
  });
});
