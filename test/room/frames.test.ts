import { describe, expect, it } from "vitest";
import { DELTA_MAX_BYTES, FRAME_MAX_BYTES, FRAME_MESSAGES_MAX } from "../../src/protocol/limits.ts";
import { Delivery } from "../../src/room/sockets/delivery.ts";
import { EVERYONE, SharedFrames } from "../../src/room/sockets/frames.ts";
import { box, claims, connect, good, newDocument, open, roomOf } from "../support/room.ts";

const delta = (bytes: number) => new Uint8Array(bytes).toBase64();

describe("frames that are not of the protocol", () => {
  const hostile: [string, string | ArrayBuffer, string][] = [
    ["binary", new ArrayBuffer(8), "protocol_error"],
    ["text that is not JSON", "{oops", "invalid_json"],
    ["deep JSON", "[".repeat(100_000), "invalid_json"],
    ["a number", "42", "protocol_error"],
    ["null", "null", "protocol_error"],
    ["no type", "{}", "protocol_error"],
    ["an unknown type", '{"type":"annotation.destroy"}', "unknown_type"],
    ["an inherited type", '{"type":"toString"}', "unknown_type"],
    ["an unknown field", '{"type":"received","seq":1,"extra":true}', "invalid"],
    ["a wrong type of field", '{"type":"update","opId":7,"baseVersion":0,"deltaB64":"AA=="}', "invalid"],
    ["a missing field", '{"type":"update","opId":"a"}', "invalid"],
    ["bad base64", '{"type":"update","opId":"a","baseVersion":0,"deltaB64":"*"}', "invalid"],
    ["an empty delta", '{"type":"update","opId":"a","baseVersion":0,"deltaB64":""}', "invalid"],
    ["a negative seq", '{"type":"update","opId":"a","baseVersion":-1,"deltaB64":"AA=="}', "invalid"],
    [
      "a seq that is no integer",
      '{"type":"update","opId":"a","baseVersion":1e999,"deltaB64":"AA=="}',
      "invalid",
    ],
    [
      "a base beyond the head",
      '{"type":"update","opId":"a","baseVersion":2,"deltaB64":"AA=="}',
      "base_ahead",
    ],
    [
      "an unpaired surrogate",
      '{"type":"update","opId":"\\ud800","baseVersion":0,"deltaB64":"AA=="}',
      "invalid",
    ],
    [
      "an annotation that is none",
      '{"type":"annotation.create","opId":"a","annotation":{"type":"box"}}',
      "invalid",
    ],
    ["an id that is none", '{"type":"annotation.delete","opId":"a","id":"../../x"}', "invalid"],
  ];

  for (const [name, frame, code] of hostile) {
    it(`R13 R28 ${name} is answered ${code}, changes nothing, and the room lives`, async () => {
      const { id, room } = await newDocument();
      const a = await connect(id);
      a.sendRaw(frame);
      expect(await a.next("error")).toMatchObject({ code });
      a.update("good", "x");
      expect(await a.next("ack")).toMatchObject({ seq: 2 });
      expect(good(await room.getDocument(open, false)).seq).toBe(2);
    });
  }

  it("R13 an error names every field, and the operation", async () => {
    const { id } = await newDocument();
    const a = await connect(id);
    a.sendRaw(
      JSON.stringify({
        type: "annotation.create",
        opId: "op",
        annotation: { type: "box", geometry: { x: "1", y: 2, width: -1, height: 1 }, text: 7 },
      }),
    );
    const error = await a.next("error");
    expect(error.opId).toBe("op");
    expect(error.errors?.map(({ path }) => path).sort()).toEqual([
      "annotation.geometry.width",
      "annotation.geometry.x",
      "annotation.text",
    ]);
  });

  it("R28 twenty in a row end the socket with 4400, a good one between starts anew", async () => {
    const { id } = await newDocument();
    const a = await connect(id);
    for (let i = 0; i < 19; i++) a.sendRaw("{");
    a.send({ type: "received", seq: 1 });
    for (let i = 0; i < 19; i++) a.sendRaw("{");
    a.update("good", "x");
    await a.next("ack");
    for (let i = 0; i < 20; i++) a.sendRaw("{");
    await a.until(() => a.closed !== null, "the close");
    expect(a.closed?.code).toBe(4400);
    expect(await (await connect(id)).next("state")).toMatchObject({ version: 2 });
  });

  it("R28 an array takes up to 1,000 messages, all or none of the frame", async () => {
    const { id } = await newDocument();
    const a = await connect(id);
    const updates = (count: number, name: string) =>
      Array.from({ length: count }, (_, index) => ({
        type: "update" as const,
        opId: `${name}${index}`,
        baseVersion: 0,
        deltaB64: "AA==",
      }));
    a.send(updates(FRAME_MESSAGES_MAX + 1, "over"));
    expect(await a.next("error")).toMatchObject({ code: "too_large" });
    a.send(updates(FRAME_MESSAGES_MAX, "at"));
    await a.until(() => a.ordered().length === FRAME_MESSAGES_MAX, "the acks");
    expect(a.ordered().at(-1)).toBe(FRAME_MESSAGES_MAX + 1);
  });

  it("R28 a frame over 24 MiB is closed with 4413", async () => {
    const { id } = await newDocument();
    const a = await connect(id);
    a.sendRaw("x".repeat(FRAME_MAX_BYTES));
    expect(await a.next("error")).toMatchObject({ code: "invalid_json" });
    a.sendRaw("x".repeat(FRAME_MAX_BYTES + 1));
    await a.until(() => a.closed !== null, "the close");
    expect(a.closed?.code).toBe(4413);
  });

  it("R6 a delta of 1 MiB is taken and relayed whole, a larger one is refused", async () => {
    const { id } = await newDocument();
    const [a, b] = [await connect(id), await connect(id)];
    a.send({ type: "update", opId: "over", baseVersion: 0, deltaB64: delta(DELTA_MAX_BYTES + 1) });
    expect(await a.next("error")).toMatchObject({
      code: "invalid",
      opId: "over",
      errors: [{ path: "deltaB64" }],
    });
    a.send({ type: "update", opId: "at", baseVersion: 0, deltaB64: delta(DELTA_MAX_BYTES) });
    await a.next("ack");
    expect((await b.next("remote_update")).deltaB64 === delta(DELTA_MAX_BYTES)).toBe(true);
  });
});

describe("what goes to everyone", () => {
  it("R29 is framed once for all who take it in the same way", () => {
    const texts = ['{"seq":2}', '{"seq":3}'];
    const shared = new SharedFrames(
      texts.map((text) => ({ text, except: null, droppable: false, audience: EVERYONE })),
    );
    const arrays = shared.get({ batch: true, delivery: new Delivery() });
    expect(arrays).toEqual(['[{"seq":2},{"seq":3}]']);
    expect(shared.get({ batch: true, delivery: new Delivery() })).toBe(arrays);
    expect(shared.get({ batch: false, delivery: new Delivery() })).toEqual(texts);
  });
});

describe("annotations over the socket", () => {
  it("I5 R5 R11 R12 are the operations of REST", async () => {
    const { id, room } = await newDocument();
    const [a, b] = [await connect(id), await connect(id)];
    a.send({ type: "annotation.create", opId: "1", annotation: box });
    const { annotation } = await a.next("ack");
    expect(annotation).toMatchObject({ type: "box", version: 1, seq: 2, status: "active" });
    expect(await b.next("annotation.created")).toEqual({ type: "annotation.created", seq: 2, annotation });
    const target = annotation?.id ?? "";
    expect(good(await room.getAnnotation(open, target))).toEqual(annotation);

    a.send({
      type: "annotation.update",
      opId: "2",
      id: target,
      version: 1,
      patch: { style: { stroke: "#00FF00" } },
    });
    expect((await a.next("ack")).annotation).toMatchObject({
      version: 2,
      style: { stroke: "#00ff00", opacity: 1 },
    });
    expect(await b.next("annotation.updated")).toMatchObject({ seq: 3 });
    b.send({ type: "annotation.update", opId: "3", id: target, version: 1, patch: { text: "late" } });
    expect(await b.next("error")).toMatchObject({
      code: "stale_version",
      opId: "3",
      current: { version: 2, style: { stroke: "#00ff00" } },
    });

    a.send({
      type: "annotation.batch",
      opId: "4",
      operations: [
        { ...box, op: "create" },
        { op: "delete", id: target },
      ],
    });
    const batch = await a.next("ack");
    expect(batch.annotations).toMatchObject([
      { version: 1, seq: 4 },
      { id: target, status: "deleted", seq: 4 },
    ]);
    expect(await b.next("annotation.batch")).toMatchObject({ seq: 4, annotations: batch.annotations });

    a.send({ type: "annotation.delete", opId: "5", id: target });
    expect(await a.next("ack")).toMatchObject({ seq: 4, duplicate: true });
    a.send({
      type: "annotation.batch",
      opId: "6",
      operations: [
        { ...box, op: "create" },
        { op: "update", id: target, version: 3, text: "no" },
      ],
    });
    expect(await a.next("error")).toMatchObject({ code: "annotation_deleted", index: 1 });
    expect(good(await room.getDocument(open, false)).seq).toBe(4);
  });

  it("R12 the same id twice in a batch is refused", async () => {
    const { id } = await newDocument();
    const a = await connect(id);
    const twice = crypto.randomUUID();
    a.send({
      type: "annotation.batch",
      opId: "op",
      operations: [
        { ...box, op: "create", id: twice },
        { op: "delete", id: twice },
      ],
    });
    expect(await a.next("error")).toMatchObject({ code: "invalid", errors: [{ path: "operations.1.id" }] });
  });
});

describe("who may come in", () => {
  it("R31 an unknown document is closed with 4404", async () => {
    const a = await connect(crypto.randomUUID());
    expect(await a.next("error")).toMatchObject({ code: "document_not_found" });
    await a.until(() => a.closed !== null);
    expect(a.closed?.code).toBe(4404);
  });

  it("R31 a document that is deleted tells its sockets, closes them with 4410, and lets nobody in", async () => {
    const { id, room } = await newDocument();
    const a = await connect(id);
    good(await room.deleteDocument(open, {}));
    expect(await a.next("document.deleted")).toMatchObject({ seq: 2, document: { status: "deleted" } });
    await a.until(() => a.closed !== null);
    expect(a.closed?.code).toBe(4410);
    const late = await connect(id);
    await late.until(() => late.closed !== null);
    expect(late.closed?.code).toBe(4410);
    good(await room.restoreDocument(open, {}));
    expect(await (await connect(id, { since: 1 })).next("state")).toMatchObject({
      resumed: true,
      events: [{ type: "document.deleted" }, { type: "document.updated" }],
    });
  });

  it("R30 R31 a token for another document, an expired one, and a role that does not reach", async () => {
    const { id } = await newDocument();
    const other = await connect(id, { access: claims({ doc: crypto.randomUUID() }) });
    await other.until(() => other.closed !== null);
    expect(other.closed?.code).toBe(4403);
    const expired = await connect(id, { access: claims({ exp: Date.now() / 1000 - 1 }) });
    await expired.until(() => expired.closed !== null);
    expect(expired.closed?.code).toBe(4401);
    const viewer = await connect(id, { access: claims({ role: "viewer", doc: id }) });
    viewer.update("op", "x");
    expect(await viewer.next("error")).toMatchObject({ code: "forbidden", opId: "op" });
    viewer.send({ type: "presence", state: {} });
    viewer.send({ type: "received", seq: 1 });
    const editor = await connect(id, {
      access: claims({ role: "editor", doc: id, sub: "ed" }),
      actorId: "fake",
    });
    editor.update("op", "x", 0, "fake too");
    await editor.next("ack");
    expect(await viewer.next("remote_update")).toMatchObject({ actorId: "ed" });
    editor.send({ type: "annotation.create", opId: "a", annotation: { ...box, author: "fake" } });
    expect((await editor.next("ack")).annotation?.author).toBe("ed");
  });

  it("R30 a token that expires while it is used ends the socket, before it hears any more", async () => {
    const { id } = await newDocument();
    const shortLived = await connect(id, { access: claims({ role: "editor", exp: Date.now() / 1000 + 1 }) });
    const silent = await connect(id, { access: claims({ role: "editor", exp: Date.now() / 1000 + 1 }) });
    const a = await connect(id);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    shortLived.update("late", "x");
    await shortLived.until(() => shortLived.closed !== null);
    expect(shortLived.closed?.code).toBe(4401);
    a.update("secret", "x");
    await a.next("ack");
    await silent.until(() => silent.closed !== null);
    expect(silent.closed?.code).toBe(4401);
    expect(silent.messages.some(({ type }) => type === "remote_update")).toBe(false);
  });

  it("R30 revocation ends older tokens at once, and only those", async () => {
    const { id, room } = await newDocument();
    const now = Date.now() / 1000;
    const old = await connect(id, { access: claims({ role: "admin", doc: id, iat: now - 10 }) });
    await old.next("state");
    const minIat = good(await room.revokeTokens(open));
    await old.until(() => old.closed !== null);
    expect(old.closed?.code).toBe(4401);
    expect(await room.getDocument(claims({ iat: minIat - 0.001 }), false)).toMatchObject({
      error: { code: "token_revoked" },
    });
    expect((await room.getDocument(claims({ iat: minIat }), false)).ok).toBe(true);
    expect(await room.revokeTokens(claims({ role: "editor", iat: minIat }))).toMatchObject({
      error: { code: "forbidden" },
    });
  });

  it("R46 only the application's own admin makes documents", async () => {
    const id = crypto.randomUUID();
    const input = { id, title: "x", metadata: {} };
    for (const access of [claims({ role: "editor" }), claims({ role: "admin", doc: id })]) {
      expect(await roomOf(id).createDocument(access, input, {})).toMatchObject({
        error: { code: "forbidden" },
      });
    }
    expect((await roomOf(id).createDocument(claims({ role: "admin" }), input, {})).ok).toBe(true);
  });
});
