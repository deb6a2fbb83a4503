import { describe, expect, it } from "vitest";
import {
  call,
  firstMessage,
  guarded,
  makeToken,
  postAnnotation,
  postDocument,
  readProblem,
  readRefusal,
} from "../support/http.ts";

const upgrade = { Upgrade: "websocket" };
const codeOf = async (response: Response) => (response.ok ? "ok" : (await readProblem(response)).code);

describe.each([
  ["/v1/realtime", (id: string, query: string) => `/v1/realtime?document_id=${id}&${query}`],
  ["/api/v1/realtime", (id: string, query: string) => `/api/v1/realtime?document_id=${id}&${query}`],
  ["/ws/documents/{id}", (id: string, query: string) => `/ws/documents/${id}?${query}`],
])("%s", (_, path) => {
  it("opens the document's room", async () => {
    const { id } = await postDocument();
    const annotation = await postAnnotation(id);
    const state = await firstMessage(await call(path(id, ""), { headers: upgrade }));
    expect(state).toMatchObject({ type: "state", documentId: id, version: 2, resumed: false });
    expect(state.annotations).toEqual([annotation]);
  });

  it("hands on since", async () => {
    const { id } = await postDocument();
    await postAnnotation(id);
    const state = await firstMessage(await call(path(id, "since=1"), { headers: upgrade }));
    expect(state).toMatchObject({ resumed: true, annotations: [] });
    expect(state.events.map((event) => event.seq)).toEqual([2]);
  });

  it("hands on who comes: others see the actor's id and name", async () => {
    const { id } = await postDocument();
    const { webSocket: ana } = await call(path(id, "actorId=ana&name=Ana%20%C3%89"), { headers: upgrade });
    ana?.accept();
    ana?.send(JSON.stringify({ type: "presence", state: { x: 1 } }));
    await expect
      .poll(async () => (await firstMessage(await call(path(id, ""), { headers: upgrade }))).presence)
      .toContainEqual(expect.objectContaining({ actorId: "ana", name: "Ana É", state: { x: 1 } }));
    ana?.close();
  });

  it("R5 takes actor_id for actorId, as REST writes it", async () => {
    const { id } = await postDocument();
    const actorOf = async (query: string) =>
      (await firstMessage(await call(path(id, query), { headers: upgrade }))).presence.at(-1)?.actorId;
    expect(await actorOf("actor_id=ben")).toBe("ben");
    expect(await actorOf("actorId=ana&actor_id=ben")).toBe("ana");
  });

  it("hands on who wants to be hidden", async () => {
    const { id } = await postDocument();
    const state = await firstMessage(await call(path(id, "presence=hidden"), { headers: upgrade }));
    expect(state.presence).toEqual([]);
    const shown = await firstMessage(await call(path(id, ""), { headers: upgrade }));
    expect(shown.presence).toHaveLength(1);
  });

  it("answers 426 without an upgrade, before it looks at the query", async () => {
    const { id } = await postDocument();
    for (const query of ["", "since=minus"]) {
      const response = await call(path(id, query));
      expect([response.status, response.headers.get("Upgrade")]).toEqual([426, "websocket"]);
      expect(await codeOf(response)).toBe("upgrade_required");
    }
  });

  it.each([
    "since=-1",
    "since=x",
    "actorId=",
    "actor_id=",
    `actorId=${"x".repeat(129)}`,
    `name=${"x".repeat(257)}`,
    "presence=shown",
    "foo=1",
  ])("refuses ?%s before the upgrade", async (query) => {
    const { id } = await postDocument();
    const response = await call(path(id, query), { headers: upgrade });
    expect([response.status, (await readProblem(response)).errors?.[0]?.path]).toEqual([
      400,
      query.split("=")[0],
    ]);
  });

  it("refuses what is no document id", async () => {
    expect(await codeOf(await call(path("nobody", ""), { headers: upgrade }))).toBe("invalid");
  });

  it("takes a short-lived token in the query, and no access header from outside", async () => {
    const { id } = await postDocument();
    const exp = Date.now() / 1000 + 600;
    const token = await makeToken({ sub: "Zoë", role: "viewer", doc: id, exp });
    await firstMessage(await guarded(path(id, `token=${token}`), { headers: upgrade }));
    const forged = { ...upgrade, "x-acetate-access": JSON.stringify({ claims: null }) };
    const refusal = await readRefusal(await guarded(path(id, ""), { headers: forged }));
    expect(refusal).toEqual({ code: "unauthorized", close: 4401 });
    const socket = (await guarded(path(id, `token=${token}`), { headers: forged })).webSocket;
    const refused = await new Promise<string>((resolve) => {
      socket?.addEventListener("message", ({ data }) => {
        const message = JSON.parse(String(data)) as { type: string; code?: string };
        if (message.type === "error") resolve(message.code ?? "");
      });
      socket?.accept();
      const annotation = { type: "point", geometry: { x: 1, y: 1 } };
      socket?.send(JSON.stringify({ type: "annotation.create", opId: "o", annotation }));
    });
    expect(refused).toBe("forbidden");
    socket?.close();
  });
});

it("keeps the subprotocol that a client offers", async () => {
  const { id } = await postDocument();
  const headers = { ...upgrade, "Sec-WebSocket-Protocol": "acetate.v1.batch" };
  const response = await call(`/ws/documents/${id}`, { headers });
  expect(response.headers.get("Sec-WebSocket-Protocol")).toBe("acetate.v1.batch");
  expect(response.headers.get("X-Request-Id")).not.toBeNull();
  response.webSocket?.accept();
  response.webSocket?.close();
});
