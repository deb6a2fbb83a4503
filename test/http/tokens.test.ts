import { sign } from "hono/jwt";
import { describe, expect, it } from "vitest";
import { verifyToken } from "../../src/http/tokens.ts";
import {
  call,
  guarded,
  makeToken,
  postAnnotation,
  postDocument,
  readProblem,
  SECRET,
  service,
} from "../support/http.ts";

interface Minted {
  token: string;
  subject: string;
  role: string;
  document_id: string;
  expires_at: string;
  min_iat: number;
}

const now = () => Date.now() / 1000;

async function codeOf(response: Response): Promise<string> {
  return response.ok ? "ok" : (await readProblem(response)).code;
}

async function list(token: string): Promise<string> {
  return codeOf(await guarded("/v1/documents", { token }));
}

function encodePart(value: unknown): string {
  return new TextEncoder()
    .encode(JSON.stringify(value))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

describe("a token", () => {
  const claims = () => ({ sub: "ana", role: "admin", doc: "*", iat: now(), exp: now() + 60 });

  it("lets in when it is good", async () => {
    expect(await list(await makeToken())).toBe("ok");
  });

  it("is refused with another secret, a changed payload, or no signature", async () => {
    expect(await list(await makeToken({}, `${SECRET}!`))).toBe("token_invalid");
    const [header, , signature] = (await makeToken({ role: "viewer" })).split(".");
    expect(await list(`${header}.${encodePart(claims())}.${signature}`)).toBe("token_invalid");
    expect(await list(`${encodePart({ alg: "none", typ: "JWT" })}.${encodePart(claims())}.`)).toBe(
      "token_invalid",
    );
    expect(await list("nonsense")).toBe("token_invalid");
  });

  it("is refused with another algorithm, even one signed with the secret", async () => {
    expect(await list(await sign(claims(), SECRET, "HS512"))).toBe("token_invalid");
  });

  it.each(["sub", "role", "doc", "iat", "exp"])("is refused without %s", async (name) => {
    const some = Object.fromEntries(Object.entries(claims()).filter(([key]) => key !== name));
    const response = await guarded("/v1/documents", { token: await sign(some, SECRET, "HS256") });
    const problem = await readProblem(response);
    expect([response.status, problem.code]).toEqual([401, "token_invalid"]);
    expect(problem.detail).toContain(name);
  });

  it("is refused with claims of the wrong kind", async () => {
    const wrongs: object[] = [
      { role: "root" },
      { doc: "all" },
      { exp: "never" },
      { sub: "" },
      { nbf: now() + 60 },
    ];
    for (const wrong of wrongs) {
      expect(await list(await sign({ ...claims(), ...wrong }, SECRET, "HS256"))).toBe("token_invalid");
    }
  });

  it("expires", async () => {
    expect(await list(await makeToken({ exp: now() - 1 }))).toBe("token_expired");
    const token = await makeToken({ iat: 1_000, exp: 2_000 });
    expect((await verifyToken(token, SECRET, 1_999_999)).ok).toBe(true);
    expect(await verifyToken(token, SECRET, 2_000_000)).toMatchObject({ error: { code: "token_expired" } });
  });

  it("may be from 60 seconds in the future, not from later", async () => {
    const token = await makeToken({ iat: 1_060, exp: 2_000 });
    expect((await verifyToken(token, SECRET, 1_000_000)).ok).toBe(true);
    expect(await verifyToken(token, SECRET, 999_999)).toMatchObject({ error: { code: "token_invalid" } });
  });

  it("comes as Bearer, in any case of the word, and as nothing else", async () => {
    const token = await makeToken();
    const send = async (value: string) =>
      codeOf(await guarded("/v1/documents", { headers: { Authorization: value } }));
    expect(await send(`bearer ${token}`)).toBe("ok");
    expect(await send(`Basic ${token}`)).toBe("unauthorized");
    expect(await send("Bearer")).toBe("unauthorized");
  });
});

describe("?token=", () => {
  it("is taken on sockets and GETs of files, for tokens of 15 minutes or less", async () => {
    const { id } = await postDocument();
    const short = await makeToken({ iat: now(), exp: now() + 890 });
    const long = await makeToken({ iat: now(), exp: now() + 910 });
    const paths = [
      `/v1/documents/${id}/image`,
      `/v1/exports/${id}/download`,
      `/exports/${id}.png`,
      `/v1/realtime?document_id=${id}`,
      `/ws/documents/${id}`,
    ];
    for (const path of paths) {
      const join = path.includes("?") ? "&" : "?";
      const allowed = await guarded(`${path}${join}token=${short}`);
      expect([path, allowed.status === 404 || allowed.status === 426]).toEqual([path, true]);
      const refused = await guarded(`${path}${join}token=${long}`);
      expect([path, await codeOf(refused)]).toEqual([path, "token_invalid"]);
    }
  });

  it("is refused everywhere else", async () => {
    const { id } = await postDocument();
    const short = await makeToken({ exp: now() + 60 });
    for (const path of ["/v1/documents", `/v1/documents/${id}`, "/v1/annotations", "/v1/exports"]) {
      expect([path, await codeOf(await guarded(`${path}?token=${short}`))]).toEqual([path, "unauthorized"]);
    }
    const put = await guarded(`/v1/documents/${id}/image?token=${short}`, { method: "PUT", body: "x" });
    expect(await codeOf(put)).toBe("unauthorized");
  });
});

describe("POST /v1/tokens", () => {
  const mint = async (token: string, json: object) => guarded("/v1/tokens", { token, json });

  it("makes a token with a new subject that works", async () => {
    const { id } = await postDocument();
    const response = await mint(await makeToken(), {
      document_id: id,
      role: "editor",
      name: "Guest",
      expires_in: 60,
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    const minted = await response.json<Minted>();
    expect(minted).toMatchObject({ role: "editor", document_id: id });
    expect(minted.subject).not.toBe("ana");
    expect(Date.parse(minted.expires_at) / 1000 - now()).toBeCloseTo(60, 0);
    const verified = await verifyToken(minted.token, SECRET);
    expect(verified).toMatchObject({
      value: { sub: minted.subject, name: "Guest", role: "editor", doc: id },
    });
    expect((await guarded(`/v1/documents/${id}`, { token: minted.token })).status).toBe(200);
  });

  it("never goes above the caller's role, document or life", async () => {
    const { id } = await postDocument();
    const token = await makeToken({ role: "editor", doc: id, exp: now() + 30 });
    const ask = (fields: object) =>
      mint(token, { document_id: id, role: "viewer", expires_in: 600, ...fields });
    expect(await codeOf(await ask({ role: "admin" }))).toBe("forbidden");
    expect(await codeOf(await ask({ document_id: "*" }))).toBe("forbidden_document");
    expect(await codeOf(await ask({ document_id: crypto.randomUUID() }))).toBe("forbidden_document");
    const { expires_at } = await (await ask({ role: "editor" })).json<Minted>();
    expect(Date.parse(expires_at) / 1000 - now()).toBeLessThan(31);
  });

  it("R73 with self it is the caller's own: their subject and their name, which can't be changed", async () => {
    const { id } = await postDocument();
    const mint = (token: string, fields: object) =>
      guarded("/v1/tokens", {
        token,
        json: { document_id: id, role: "viewer", expires_in: 60, self: true, ...fields },
      });
    const read = async (response: Response) => {
      const { token } = await response.json<Minted>();
      return verifyToken(token, SECRET);
    };
    const named = await makeToken({ sub: "ana", name: "Ana", role: "editor", doc: id });
    expect(await read(await mint(named, {}))).toMatchObject({
      value: { sub: "ana", name: "Ana", role: "viewer" },
    });
    expect(await codeOf(await mint(named, { name: "Bo" }))).toBe("forbidden");
    expect(await codeOf(await mint(named, { name: "Ana" }))).toBe("ok");
    expect(await codeOf(await mint(named, { role: "admin" }))).toBe("forbidden");
    const nameless = await makeToken({ sub: "guest", role: "viewer", doc: id });
    expect(await read(await mint(nameless, { name: "Bo" }))).toMatchObject({
      value: { sub: "guest", name: "Bo" },
    });
    const other = await read(await mint(nameless, { self: false, name: "Bo" }));
    expect(other).not.toMatchObject({ value: { sub: "guest" } });
  });

  it("takes 1 second to 90 days", async () => {
    const { id } = await postDocument();
    const token = await makeToken();
    const ask = async (expires_in: number) =>
      codeOf(await mint(token, { document_id: id, role: "viewer", expires_in }));
    expect(await ask(0)).toBe("invalid");
    expect(await ask(1)).toBe("ok");
    expect(await ask(90 * 24 * 3600)).toBe("ok");
    expect(await ask(90 * 24 * 3600 + 1)).toBe("invalid");
  });

  it("says what is missing where the service runs open", async () => {
    const { id } = await postDocument();
    const response = await call("/v1/tokens", { json: { document_id: id, role: "viewer", expires_in: 60 } });
    expect(response.status).toBe(503);
    expect((await readProblem(response)).detail).toContain("AUTH_SECRET");
  });
});

describe("POST /v1/tokens/revoke", () => {
  it("refuses older tokens for the document, the caller's too, and gives a new one", async () => {
    const { id } = await postDocument();
    const old = await makeToken({ role: "viewer", doc: id, iat: now() - 10 });
    const admin = await makeToken({ doc: id, name: "Ana" });
    const read = async (token: string) => codeOf(await guarded(`/v1/documents/${id}`, { token }));
    expect(await read(old)).toBe("ok");
    const response = await guarded("/v1/tokens/revoke", { token: admin, json: { document_id: id } });
    expect(response.status).toBe(200);
    const renewed = await response.json<Minted>();
    expect(await read(old)).toBe("token_revoked");
    expect(await read(admin)).toBe("token_revoked");
    expect(await read(renewed.token)).toBe("ok");
    const verified = await verifyToken(renewed.token, SECRET);
    expect(verified).toMatchObject({
      value: { sub: "ana", name: "Ana", role: "admin", doc: id, iat: renewed.min_iat },
    });
  });

  it("can't be undone by making a new token with a revoked one", async () => {
    const { id } = await postDocument();
    const old = await makeToken({ iat: now() - 10 });
    await guarded("/v1/tokens/revoke", { token: await makeToken({ doc: id }), json: { document_id: id } });
    const ask = (document_id: string) =>
      guarded("/v1/tokens", { token: old, json: { document_id, role: "viewer", expires_in: 60 } });
    expect(await codeOf(await ask(id))).toBe("token_revoked");
    const { token } = await (await ask("*")).json<Minted>();
    expect(await codeOf(await guarded(`/v1/documents/${id}`, { token }))).toBe("token_revoked");
  });
});

describe("R59 a revoked token", () => {
  it("sees the document in no list over all documents; one that is newer does", async () => {
    const marked = await postDocument();
    const other = await postDocument();
    for (const { id } of [marked, other]) {
      await postAnnotation(id);
      expect((await call("/v1/exports", { json: { document_id: id, format: "svg" } })).status).toBe(202);
    }
    const old = await makeToken();
    const revoked = await guarded("/v1/tokens/revoke", { token: old, json: { document_id: marked.id } });
    const { min_iat: iat } = await revoked.json<Minted>();
    const fresh = await makeToken({ iat });
    for (const path of ["/v1/documents", "/v1/annotations", "/v1/exports"]) {
      const listed = async (token: string) => {
        const response = await guarded(`${path}?size=100`, { token });
        const { items, total } = await response.json<{
          items: { id: string; document_id?: string }[];
          total: number;
        }>();
        expect([path, total]).toEqual([path, items.length]);
        return new Set(items.map((item) => item.document_id ?? item.id));
      };
      const seen = await listed(old);
      expect([path, seen.has(marked.id), seen.has(other.id)]).toEqual([path, false, true]);
      expect([path, (await listed(fresh)).has(marked.id)]).toEqual([path, true]);
    }
  });

  it("for that document gets no list of it either", async () => {
    const { id } = await postDocument();
    const token = await makeToken({ role: "viewer", doc: id });
    await guarded("/v1/tokens/revoke", { token: await makeToken(), json: { document_id: id } });
    for (const path of ["/v1/annotations", "/v1/exports", `/v1/versions?document_id=${id}`]) {
      expect([path, await codeOf(await guarded(path, { token }))]).toEqual([path, "token_revoked"]);
    }
  });

  it("has no children: what it mints while it is being revoked is revoked too", async () => {
    const { id } = await postDocument();
    const token = await makeToken();
    const mint = () =>
      guarded("/v1/tokens", { token, json: { document_id: id, role: "viewer", expires_in: 60 } });
    const racing = Array.from({ length: 10 }, mint);
    const revoking = guarded("/v1/tokens/revoke", { token, json: { document_id: id } });
    racing.push(...Array.from({ length: 10 }, mint));
    expect((await revoking).status).toBe(200);
    for (const response of await Promise.all(racing)) {
      if (!response.ok) {
        expect(await codeOf(response)).toBe("token_revoked");
        continue;
      }
      const minted = await response.json<Minted>();
      expect(await codeOf(await guarded(`/v1/documents/${id}`, { token: minted.token }))).toBe(
        "token_revoked",
      );
    }
  });

  it("is replaced by one that mints at once, for 15 minutes in an address", async () => {
    const { id } = await postDocument();
    const revoked = await guarded("/v1/tokens/revoke", {
      token: await makeToken(),
      json: { document_id: id },
    });
    const { token } = await revoked.json<Minted>();
    const response = await guarded("/v1/tokens", {
      token,
      json: { document_id: id, role: "viewer", expires_in: 900 },
    });
    expect(response.status).toBe(201);
    const minted = await response.json<Minted>();
    const image = await guarded(`/v1/documents/${id}/image?token=${minted.token}`);
    expect(await codeOf(image)).toBe("image_not_found");
  });
});

describe("the secret", () => {
  it("must be 32 characters: the error names it and never shows it", async () => {
    const good = service({ AUTH_SECRET: "x".repeat(32) });
    expect((await good("/v1/health")).status).toBe(200);
    const response = await service({ AUTH_SECRET: "y".repeat(31) })("/v1/health");
    expect(response.status).toBe(503);
    const { detail } = await readProblem(response);
    expect(detail).toContain("AUTH_SECRET");
    expect(detail).not.toContain("yyy");
  });
});
