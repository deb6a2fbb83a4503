import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { PRESENCE_MAX_BYTES } from "../../src/protocol/limits.ts";
import { claims, connect, newDocument } from "../support/room.ts";

describe("presence", () => {
  it("R25 R26 join, update and leave go to the others, as who the server says", async () => {
    const { id } = await newDocument();
    const a = await connect(id, { actorId: "ann", name: "Ann" });
    const b = await connect(id, {
      actorId: "mallory",
      name: "Ann",
      access: claims({ sub: "bob", name: "Bob", doc: id }),
    });
    const { connectionId } = await a.next("state");
    a.send({ type: "presence", state: { x: 1 } });
    expect(await b.next("presence")).toEqual({
      type: "presence",
      event: "join",
      connectionId,
      actorId: "ann",
      name: "Ann",
      state: { x: 1 },
    });
    a.send({ type: "presence", state: { x: 2 } });
    expect(await b.next("presence")).toMatchObject({ event: "update", state: { x: 2 } });
    b.send({ type: "presence", state: {} });
    expect(await a.next("presence")).toMatchObject({ event: "join", actorId: "bob", name: "Bob" });
    const state = await (await connect(id)).next("state");
    expect(state.presence).toMatchObject([{ actorId: "ann", state: { x: 2 } }, { actorId: "bob" }]);
    await a.close();
    expect(await b.next("presence")).toMatchObject({ event: "leave", connectionId });
    expect(a.messages.filter(({ type }) => type === "presence")).toHaveLength(1);
  });

  it("R26 survives hibernation", async () => {
    const { id, stub } = await newDocument();
    const a = await connect(id, { actorId: "ann" });
    a.send({ type: "presence", state: { cursor: [1, 2] } });
    const b = await connect(id);
    await b.next("state");
    await evictDurableObject(stub);
    const state = await (await connect(id)).next("state");
    expect(state.presence).toMatchObject([{ actorId: "ann", state: { cursor: [1, 2] } }]);
    await a.close();
    await b.until(() =>
      b.messages.some((message) => message.type === "presence" && message.event === "leave"),
    );
  });

  it("R26 R27 silence is idle, a ping is not silence, and the next presence joins again", async () => {
    const { id, stub } = await newDocument();
    const [quiet, pinging, watcher] = [await connect(id), await connect(id), await connect(id)];
    const { connectionId } = await quiet.next("state");
    quiet.send({ type: "presence", state: { who: "quiet" } });
    pinging.send({ type: "presence", state: { who: "pinging" } });
    await watcher.next("presence");
    await watcher.next("presence");
    const timeout = Number(env.PRESENCE_TIMEOUT_MS);
    const wait = () => new Promise((resolve) => setTimeout(resolve, timeout * 0.6));
    await wait();
    pinging.sendRaw("ping");
    await pinging.until(() => pinging.frames.includes("pong"), "the pong");
    await wait();
    await runDurableObjectAlarm(stub);
    expect(await watcher.next("presence")).toMatchObject({ event: "leave", reason: "idle", connectionId });
    expect(quiet.closed).toBeNull();
    quiet.send({ type: "presence", state: { who: "back" } });
    expect(await watcher.next("presence")).toMatchObject({
      event: "join",
      connectionId,
      state: { who: "back" },
    });
  });

  it("R26 the alarm looks after presence only while someone is shown", async () => {
    const { id, stub } = await newDocument();
    const isDue = () =>
      runInDurableObject(stub, async (_room, { storage }) => {
        const rows = storage.sql.exec("SELECT at FROM due WHERE task = 'presence'").toArray();
        return rows.length > 0 && (await storage.getAlarm()) !== null;
      });
    expect(await isDue()).toBe(false);
    const a = await connect(id);
    a.send({ type: "presence", state: {} });
    a.update("u", "so that the presence was handled");
    await a.next("ack");
    expect(await isDue()).toBe(true);
    await a.close();
    await new Promise((resolve) => setTimeout(resolve, Number(env.PRESENCE_TIMEOUT_MS) + 100));
    await runDurableObjectAlarm(stub);
    expect(await isDue()).toBe(false);
  });

  it("R25 a state of 4 KiB is taken, a larger one is refused", async () => {
    const { id } = await newDocument();
    const [a, b] = [await connect(id), await connect(id)];
    const empty = JSON.stringify({ s: "" }).length;
    a.send({ type: "presence", state: { s: "x".repeat(PRESENCE_MAX_BYTES - empty) } });
    expect(await b.next("presence")).toMatchObject({ event: "join" });
    a.send({ type: "presence", state: { s: "x".repeat(PRESENCE_MAX_BYTES - empty + 1) } });
    expect(await a.next("error")).toMatchObject({ code: "invalid", errors: [{ path: "state" }] });
  });
});
