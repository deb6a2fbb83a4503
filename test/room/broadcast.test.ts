import { describe, expect, it } from "vitest";
import { BROADCAST_MAX_BYTES, BROADCASTS_BURST } from "../../src/protocol/limits.ts";
import { claims, connect, good, newDocument, open } from "../support/room.ts";

describe("a broadcast", () => {
  it("R66 reaches everyone else who is here, from who the server says, and changes nothing", async () => {
    const { id, room } = await newDocument();
    const a = await connect(id, { access: claims({ sub: "ann", doc: id }) });
    const b = await connect(id);
    const hidden = await connect(id, { presence: "hidden" });
    const { connectionId } = await a.next("state");
    await b.next("state");
    a.send({ type: "broadcast", payload: { laser: [1, 2], __proto__: null } });
    const told = { type: "broadcast", connectionId, actorId: "ann", payload: { laser: [1, 2] } };
    expect(await b.next("broadcast")).toEqual(told);
    expect(await hidden.next("broadcast")).toEqual(told);
    hidden.send({ type: "broadcast", payload: {} });
    expect(await a.next("broadcast")).toMatchObject({ payload: {} });
    expect(a.messages.filter(({ type }) => type === "broadcast")).toHaveLength(1);
    expect(good(await room.readAppearance(open)).seq).toBe(1);
    // Nobody is told later.
    const late = await connect(id);
    late.update("late", "x");
    await late.next("ack");
    expect(late.messages.some(({ type }) => type === "broadcast")).toBe(false);
  });

  it("R66 is at most so many bytes", async () => {
    const { id } = await newDocument();
    const a = await connect(id);
    const b = await connect(id);
    await b.next("state");
    const text = "é".repeat((BROADCAST_MAX_BYTES - '{"t":""}'.length) / 2);
    a.send({ type: "broadcast", payload: { t: text } });
    expect(await b.next("broadcast")).toMatchObject({ payload: { t: text } });
    a.send({ type: "broadcast", payload: { t: `${text}a` } });
    expect(await a.next("error")).toMatchObject({ code: "invalid", errors: [{ path: "payload" }] });
  });

  it("R66 comes at most so often", async () => {
    const { id } = await newDocument();
    const a = await connect(id);
    const b = await connect(id);
    await b.next("state");
    const frame = Array.from({ length: BROADCASTS_BURST + 20 }, (_, n) => ({
      type: "broadcast",
      payload: { n },
    }));
    a.sendRaw(JSON.stringify(frame));
    expect(await a.next("error")).toMatchObject({ code: "rate_limited", retryAfterMs: expect.any(Number) });
    await b.until(
      () => b.messages.filter(({ type }) => type === "broadcast").length >= BROADCASTS_BURST,
      "as many as may come at once",
    );
    expect(a.messages.filter(({ type }) => type === "error").length).toBeLessThanOrEqual(20);
    // The connection lives, and its changes still count.
    a.update("good", "x");
    expect(await a.next("ack")).toMatchObject({ opId: "good" });
  });
});
