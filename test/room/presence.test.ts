import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { NAME_MAX, PRESENCE_MAX_BYTES } from "../../src/protocol/limits.ts";
import type { ServerMessage } from "../../src/protocol/wire/down.ts";
import { type TestSocket, claims, connect, good, newDocument, open } from "../support/room.ts";

type PresenceMessage = Extract<ServerMessage, { type: "presence" }>;

function presenceOf(socket: TestSocket): PresenceMessage[] {
  return socket.messages.filter((message) => message.type === "presence");
}

/** What a socket has heard of the others, once it has heard of what comes after it. */
async function heard(socket: TestSocket, id: string) {
  const last = await connect(id, { actorId: "the last one" });
  await socket.until(
    () => presenceOf(socket).some(({ actorId }) => actorId === "the last one"),
    "who came last",
  );
  await last.close();
  return presenceOf(socket)
    .filter(({ actorId }) => actorId !== "the last one")
    .map(({ event, actorId, state }) => [event, actorId, state]);
}

describe("presence", () => {
  afterEach(() => vi.restoreAllMocks());

  it("R78 tells what somebody may do, where there are tokens, and after the room has slept, too", async () => {
    const { id, stub } = await newDocument();
    await connect(id, { actorId: "none" });
    await connect(id, { access: claims({ sub: "eda", role: "editor", doc: id }) });
    await connect(id, { access: claims({ sub: "adm", role: "admin", doc: id }) });
    await connect(id, { access: claims({ sub: "com", role: "viewer", comment: true, doc: id }) });
    const viewer = await connect(id, { access: claims({ sub: "vic", role: "viewer", doc: id }) });
    const roles: [string, string | undefined][] = [
      ["none", undefined],
      ["eda", "editor"],
      ["adm", "editor"],
      ["com", "commenter"],
      ["vic", "viewer"],
    ];
    await evictDurableObject(stub, { webSockets: "hibernate" });
    const watcher = await connect(id, { presence: "hidden" });
    const { presence } = await watcher.next("state");
    expect(new Map(presence.map(({ actorId, role }) => [actorId, role]))).toEqual(new Map(roles));
    viewer.send({ type: "presence", state: { at: 1 } });
    expect(await watcher.next("presence")).toMatchObject({ event: "update", actorId: "vic", role: "viewer" });
  });

  it("R14 R26 who connects is seen, by others and by those who come later, without having sent anything", async () => {
    const { id } = await newDocument();
    const ann = await connect(id, { actorId: "ann", name: "Ann" });
    const first = await ann.next("state");
    const shown = {
      connectionId: first.connectionId,
      actorId: "ann",
      name: "Ann",
      state: {},
    };
    expect(first.presence).toEqual([shown]);
    const bob = await connect(id, { actorId: "bob" });
    const { connectionId, presence } = await bob.next("state");
    expect(presence).toEqual([shown, { connectionId, actorId: "bob", name: null, state: {} }]);
    expect(await ann.next("presence")).toEqual({
      type: "presence",
      event: "join",
      connectionId,
      actorId: "bob",
      name: null,
      state: {},
    });
    await bob.close();
    expect(await ann.next("presence")).toEqual({
      type: "presence",
      event: "leave",
      connectionId,
      actorId: "bob",
      name: null,
      state: {},
    });
    expect(await heard(ann, id)).toEqual([
      ["join", "bob", {}],
      ["leave", "bob", {}],
    ]);
    // What was in its state is not told once more.
    expect(presenceOf(bob)).toEqual([]);
  });

  it("R25 R26 what a connection shows goes to the others, as who the server says", async () => {
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
      event: "update",
      connectionId,
      actorId: "ann",
      name: "Ann",
      state: { x: 1 },
    });
    a.send({ type: "presence", state: { x: 2 } });
    expect(await b.next("presence")).toMatchObject({ event: "update", state: { x: 2 } });
    expect(await a.next("presence")).toMatchObject({ event: "join", actorId: "bob", name: "Bob" });
    const state = await (await connect(id)).next("state");
    expect(state.presence).toMatchObject([{ actorId: "ann", state: { x: 2 } }, { actorId: "bob" }, {}]);
    await a.close();
    await b.until(() => presenceOf(b).some(({ event }) => event === "leave"), "the leave");
    expect(presenceOf(b).at(-1)).toMatchObject({ event: "leave", connectionId, state: { x: 2 } });
    expect(presenceOf(a).every(({ actorId }) => actorId !== "ann")).toBe(true);
  });

  it("R26 who shows something at once is new to those before it, and changed to those in whose state it was", async () => {
    const { id } = await newDocument();
    const before = await connect(id);
    await before.next("state");
    const [quick, after] = [await connect(id, { actorId: "quick" }), await connect(id)];
    quick.send({ type: "presence", state: { x: 1 } });
    expect((await after.next("state")).presence).toMatchObject([{}, { actorId: "quick", state: {} }, {}]);
    const isQuick = ({ actorId }: PresenceMessage) => actorId === "quick";
    for (const socket of [before, after]) {
      await socket.until(() => presenceOf(socket).filter(isQuick).at(-1)?.state["x"] === 1, "what it shows");
    }
    // The first may have heard of the join by itself.
    expect(presenceOf(before).find(isQuick)).toMatchObject({ event: "join" });
    expect(presenceOf(after).filter(isQuick)).toMatchObject([{ event: "update" }]);
  });

  it("R26 who goes at once is not heard of by those before it, and leaves those in whose state it was", async () => {
    const { id } = await newDocument();
    const before = await connect(id);
    await before.next("state");
    const [quick, after] = [await connect(id, { actorId: "quick" }), await connect(id)];
    quick.socket.close();
    await after.until(() => presenceOf(after).some(({ event }) => event === "leave"), "the leave");
    const events = (await heard(before, id)).filter(([, actorId]) => actorId === "quick");
    expect([0, 2]).toContain(events.length);
    expect(presenceOf(after).filter(({ actorId }) => actorId === "quick")).toMatchObject([
      { event: "leave", state: {} },
    ]);
  });

  it("R26 who asked to be hidden is not seen, coming, going or in between", async () => {
    const { id, stub } = await newDocument();
    const bot = await connect(id, { actorId: "bot", presence: "hidden" });
    expect((await bot.next("state")).presence).toEqual([]);
    const due = await runInDurableObject(stub, async (_room, { storage }) =>
      storage.sql.exec("SELECT at FROM due WHERE task = 'presence'").toArray(),
    );
    expect(due).toEqual([]);
    const ann = await connect(id, { actorId: "ann" });
    expect((await ann.next("state")).presence).toMatchObject([{ actorId: "ann" }]);
    // It sees the others.
    expect(await bot.next("presence")).toMatchObject({ event: "join", actorId: "ann" });
    bot.send({ type: "presence", state: { x: 1 } });
    expect(await bot.next("error")).toMatchObject({ code: "invalid", errors: [{ path: "state" }] });
    bot.update("u", "x", 1);
    await ann.next("remote_update");
    await evictDurableObject(stub);
    await bot.close();
    expect(await heard(ann, id)).toEqual([]);
  });

  it("R26 survives hibernation", async () => {
    const { id, stub } = await newDocument();
    const a = await connect(id, { actorId: "ann" });
    const b = await connect(id, { actorId: "bob" });
    await a.next("presence");
    a.send({ type: "presence", state: { cursor: [1, 2] } });
    await b.next("presence");
    await evictDurableObject(stub);
    const state = await (await connect(id, { presence: "hidden" })).next("state");
    expect(new Map(state.presence.map(({ actorId, state: shown }) => [actorId, shown]))).toEqual(
      new Map([
        ["ann", { cursor: [1, 2] }],
        ["bob", {}],
      ]),
    );
    await evictDurableObject(stub);
    await b.close();
    await a.until(() => presenceOf(a).some(({ event }) => event === "leave"), "the leave");
    expect(await heard(a, id)).toEqual([
      ["join", "bob", {}],
      ["leave", "bob", {}],
    ]);
  });

  it("R24 R26 a revert tells nobody anew who is there", async () => {
    const { id, room } = await newDocument();
    const [a, b] = [await connect(id, { actorId: "ann" }), await connect(id, { actorId: "bob" })];
    await a.next("presence");
    const version = good(await room.createVersion(open, {}, {}));
    good(await room.revertVersion(open, version.id, {}));
    for (const socket of [a, b]) {
      await socket.next("reset");
      expect((await socket.next("state")).presence).toMatchObject([{ actorId: "ann" }, { actorId: "bob" }]);
    }
    expect(await heard(a, id)).toEqual([["join", "bob", {}]]);
    expect(await heard(b, id)).toEqual([]);
  });

  it("R26 R27 silence is idle, a ping is not silence, and the next presence joins again", async () => {
    const { id, room, stub } = await newDocument();
    const watcher = await connect(id, { presence: "hidden" });
    const [quiet, mute, pinging] = [await connect(id), await connect(id), await connect(id)];
    const connectionId = (await quiet.next("state")).connectionId;
    const muteId = (await mute.next("state")).connectionId;
    quiet.send({ type: "presence", state: { who: "quiet" } });
    const timeout = Number(env.PRESENCE_TIMEOUT_MS);
    const wait = () => new Promise((resolve) => setTimeout(resolve, timeout * 0.6));
    await wait();
    pinging.sendRaw("ping");
    await pinging.until(() => pinging.frames.includes("pong"), "the pong");
    await wait();
    await runDurableObjectAlarm(stub);
    const left = () => presenceOf(watcher).filter(({ event }) => event === "leave");
    await watcher.until(() => left().length === 2, "two that leave");
    expect(left().map((message) => [message.connectionId, message.reason, message.state])).toEqual(
      expect.arrayContaining([
        [connectionId, "idle", { who: "quiet" }],
        [muteId, "idle", {}],
      ]),
    );
    expect([quiet.closed, mute.closed]).toEqual([null, null]);
    // A new state is no sign of life.
    const version = good(await room.createVersion(open, {}, {}));
    good(await room.revertVersion(open, version.id, {}));
    await watcher.next("reset");
    expect((await watcher.next("state")).presence).toHaveLength(1);
    quiet.send({ type: "presence", state: { who: "back" } });
    await watcher.until(() => presenceOf(watcher).some(({ state }) => state["who"] === "back"));
    expect(presenceOf(watcher).at(-1)).toMatchObject({ event: "join", connectionId });
    // One that was hidden for its silence has left already.
    await mute.close();
    expect((await heard(watcher, id)).filter(([event]) => event === "leave")).toHaveLength(2);
  });

  it("R26 R27 any message is a sign of life", async () => {
    const { id, stub } = await newDocument();
    const timeout = Number(env.PRESENCE_TIMEOUT_MS);
    const start = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(start);
    const talking = await connect(id);
    await talking.next("state");
    clock.mockReturnValue(start + timeout / 2);
    talking.update("u", "x", 1);
    await talking.next("ack");
    clock.mockReturnValue(start + timeout * 1.2);
    await runDurableObjectAlarm(stub);
    const later = await connect(id, { presence: "hidden" });
    expect((await later.next("state")).presence).toHaveLength(1);
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
    await a.next("state");
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
    expect(await b.next("presence")).toMatchObject({ event: "update" });
    a.send({ type: "presence", state: { s: "x".repeat(PRESENCE_MAX_BYTES - empty + 1) } });
    expect(await a.next("error")).toMatchObject({ code: "invalid", errors: [{ path: "state" }] });
  });

  it.each([
    ["numbers that take nine bytes each where they are stored", Array(2_030).fill(-0)],
    ["a text that takes two bytes a character there", `${"x".repeat(PRESENCE_MAX_BYTES - 20)}字`],
    ["what nests", JSON.parse(`${"[".repeat(60)}${Array(1_900).fill(0).join(",")}${"]".repeat(60)}`)],
  ])("R25 a state of %s is kept, with the longest names", async (_, value: unknown) => {
    const { id, stub } = await newDocument();
    const name = "名".repeat(NAME_MAX);
    const access = claims({ doc: id, sub: "子".repeat(128), name });
    const a = await connect(id, { access });
    // As a client may write it, not as JSON.stringify does: that has no -0.
    const text = JSON.stringify({ value }, (_key, each: unknown) => (Object.is(each, -0) ? "-0" : each));
    a.sendRaw(`{"type":"presence","state":${text.replaceAll('"-0"', "-0")}}`);
    a.update("u", "so that the presence was handled");
    expect(await a.next("error")).toMatchObject({ code: "forbidden" });
    await evictDurableObject(stub);
    const state = await (await connect(id, { presence: "hidden" })).next("state");
    expect(state.presence).toMatchObject([{ name, state: JSON.parse(JSON.stringify({ value })) as object }]);
  });
});
