import { describe, expect, it } from "vitest";
import type { StateMessage } from "../../src/protocol/server-messages.ts";
import { call, guarded, makeToken, postAnnotation, postDocument, readProblem } from "../support/http.ts";

const upgrade = { Upgrade: "websocket" };
const codeOf = async (response: Response) => (response.ok ? "ok" : (await readProblem(response)).code);

/** The first message of a socket, which is then closed. */
async function firstMessage(response: Response): Promise<StateMessage> {
  expect(response.status).toBe(101);
  const socket = response.webSocket;
  if (!socket) throw new Error("There is no socket");
  const message = await new Promise<StateMessage>((resolve) => {
    socket.addEventListener("message", ({ data }) => resolve(JSON.parse(String(data)) as StateMessage));
    socket.accept();
  });
  socket.close();
  return message;
}

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
    `actorId=${"x".repeat(129)}`,
    `name=${"x".repeat(257)}`,
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
    expect(await codeOf(await guarded(path(id, ""), { headers: forged }))).toBe("unauthorized");
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
