import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MemoryStore } from "../../src/client/outbox/memory-store.ts";
import { BATCH_BODY_MAX_BYTES, BROADCAST_MAX_BYTES, PRESENCE_MAX_BYTES } from "../../src/protocol/limits.ts";
import type { Event, PresenceEntry, PresenceEvent } from "../../src/protocol/wire/down.ts";
import { document, goLive, openFakeRoom, sentTo, stateOf } from "./support/room-on-fake.ts";
import { FakeSocket } from "./support/fake-socket.ts";
import { toBytes, WordsContent } from "./support/words-content.ts";

beforeEach(() => {
  // Real locks come in real time.
  vi.stubGlobal("navigator", {});
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const point = { type: "point", geometry: { x: 1, y: 2 } } as const;

function tokenOf(sub: string): string {
  return `e30.${btoa(JSON.stringify({ sub }))}.`;
}

describe("presence", () => {
  const bob: PresenceEntry = { connectionId: "c2", actorId: "bob", name: "Bob", state: {} };
  const event = (type: PresenceEvent["event"], entry: PresenceEntry): PresenceEvent => {
    return { type: "presence", event: type, ...entry };
  };
  const shown = (socket: FakeSocket): unknown[] => {
    return sentTo(socket).flatMap((message) => (message.type === "presence" ? [message.state] : []));
  };

  it("is sent at once, then every 50 ms, the newest last", async () => {
    const room = openFakeRoom();
    const socket = await goLive();
    for (let x = 0; x < 100; x++) {
      room.presence.set({ x });
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(shown(socket).slice(0, 3)).toEqual([{ x: 0 }, { x: 4 }, { x: 9 }]);
    expect(shown(socket)).toHaveLength(21);
    await vi.advanceTimersByTimeAsync(50);
    expect(shown(socket).at(-1)).toEqual({ x: 99 });
    expect(room.presence.value).toEqual({ x: 99 });
    room.presence.update({ y: 1 });
    expect(shown(socket).at(-1)).toEqual({ x: 99, y: 1 });
    room.close();
  });

  it("may be set before there is a connection, and is sent with each", async () => {
    const room = openFakeRoom();
    room.presence.set({ x: 1 });
    const first = await goLive();
    expect(shown(first)).toEqual([{ x: 1 }]);
    room.presence.set({ x: 2 });
    first.end(1006);
    const second = await goLive({ connectionId: "c9" });
    expect(shown(second)).toEqual([{ x: 2 }]);
    room.close();
  });

  it("of the others follows who comes and goes, without this room's own connections", async () => {
    const room = openFakeRoom();
    const told: string[] = [];
    room.others.subscribe((others) => told.push(others.map(({ name }) => name).join()));
    const me = { connectionId: "c1", actorId: "ann", name: "Ann", state: {} };
    const first = await goLive({ presence: [me, bob] });
    first.tell(event("update", { ...bob, state: { x: 1 } }));
    expect(room.others.value).toMatchObject([{ name: "Bob", state: { x: 1 } }]);
    first.tell(event("join", { ...bob, connectionId: "c3", name: "Cy" }));
    first.tell(event("leave", bob));
    expect(room.others.value.map(({ name }) => name)).toEqual(["Cy"]);
    first.end(1006);
    const own = { ...me, connectionId: "c7" };
    const second = await goLive({ connectionId: "c7", presence: [me, own, bob] });
    second.tell(event("leave", me), event("join", own));
    expect(told).toEqual(["", "Bob", "Bob", "Bob,Cy", "Cy", "Bob"]);
    room.close();
  });

  it("of the others is kept for 30 s without a connection", async () => {
    const room = openFakeRoom();
    (await goLive({ presence: [bob] })).end(1006);
    await vi.advanceTimersByTimeAsync(29_999);
    expect(room.others.value).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(room.others.value).toEqual([]);
    room.close();
  });

  it("has at most 4 KiB, as a broadcast", async () => {
    const room = openFakeRoom();
    const text = "x".repeat(PRESENCE_MAX_BYTES - '{"a":""}'.length);
    room.presence.set({ a: text });
    expect(() => room.presence.set({ a: `${text}x` })).toThrow(/at most 4096 bytes, and this one has 4097/);
    expect(PRESENCE_MAX_BYTES).toBe(BROADCAST_MAX_BYTES);
    room.broadcast({ a: text });
    expect(() => room.broadcast({ a: `${text}x` })).toThrow(/A broadcast has at most/);
    room.close();
  });

  it("is sent once per connection: a state after a revert brings no need of it", async () => {
    const room = openFakeRoom();
    room.presence.set({ x: 1 });
    const socket = await goLive();
    await vi.advanceTimersByTimeAsync(100);
    socket.tell({ type: "reset", seq: 2, crdtChanged: false }, stateOf({ version: 2 }));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(shown(socket)).toEqual([{ x: 1 }]);
    room.close();
  });

  it("of a hidden room is not sent", async () => {
    const room = openFakeRoom({ hidden: true });
    room.presence.set({ x: 1 });
    const socket = await goLive();
    expect(socket.url.searchParams.get("presence")).toBe("hidden");
    expect(sentTo(socket)).toEqual([{ type: "received", seq: 1 }]);
    room.close();
  });
});

it("tells how it goes, and nothing after it is closed", async () => {
  const room = openFakeRoom();
  const states: string[] = [];
  room.status.subscribe(({ state }) => states.push(state));
  const socket = await goLive();
  socket.end(1006);
  await goLive();
  const saved = room.annotations.create(point).saved.catch((error: unknown) => error);
  const waiting = room.allSaved().catch((error: unknown) => error);
  room.presence.set({ x: 1 });
  room.close();
  room.close();
  expect(states).toEqual(["connecting", "live", "offline", "connecting", "live", "closed"]);
  expect(await saved).toMatchObject({ code: "closed" });
  expect(await waiting).toMatchObject({ code: "closed" });
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
  room.reconnect();
  room.presence.set({ x: 2 });
  room.broadcast({});
  expect(() => room.annotations.create(point)).toThrow(/closed/);
  expect(room.status.value.state).toBe("closed");
  expect(vi.getTimerCount()).toBe(0);
});

it("takes no harm from listeners and handlers that throw", async () => {
  const uncaught: unknown[] = [];
  vi.stubGlobal("queueMicrotask", (run: () => void) => {
    try {
      run();
    } catch (error) {
      uncaught.push(error);
    }
  });
  const fail = (): never => {
    throw new Error("a bug of the application");
  };
  const room = openFakeRoom({ content: { load: fail, receive: fail, snapshot: fail } });
  room.on("message", fail);
  room.status.subscribe(fail);
  room.others.subscribe(fail);
  room.annotations.subscribe(fail);
  const socket = await goLive();
  expect(room.status.value.state).toBe("live");
  socket.tell({ type: "remote_update", seq: 2, deltaB64: "AQ==", actorId: "" });
  socket.tell({ type: "snapshot_request", version: 2 });
  expect(room.status.value.state).toBe("live");
  socket.end(1006);
  expect((await goLive({ resumed: true, version: 2 })).url.searchParams.get("since")).toBe("2");
  expect(uncaught.length).toBeGreaterThan(8);
  room.close();
});

it("shows all changes of a frame at once", async () => {
  const room = openFakeRoom();
  const socket = await goLive();
  const lengths: number[] = [];
  room.annotations.subscribe(({ length }) => lengths.push(length));
  const { id } = room.annotations.create(point);
  const [drawn] = room.annotations.value;
  if (!drawn) throw new Error("nothing is shown");
  const created = [2, 3, 4].map((seq) => {
    const annotation = { ...drawn, id: `${id}${seq}`, seq, version: 1, ordinal: seq };
    return { type: "annotation.created", seq, annotation };
  });
  socket.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(created) }));
  expect(lengths).toEqual([0, 1, 4]);
  room.close();
});

it("does not let another user's token send this user's changes", async () => {
  let user = "ann";
  const room = openFakeRoom({ token: () => tokenOf(user) });
  const socket = await goLive();
  expect(room.annotations.get(room.annotations.create(point).id)?.author).toBe("ann");
  await vi.advanceTimersByTimeAsync(0);
  user = "bob";
  socket.end(4401);
  const count = FakeSocket.all.length;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(FakeSocket.all).toHaveLength(count);
  expect(room.status.value).toMatchObject({ state: "offline", error: { code: "token" } });
  user = "ann";
  // At once: the pause before the next try is random.
  room.reconnect();
  await goLive();
  expect(room.status.value.state).toBe("live");
  room.close();
});

it("names its user as the author, unless a token or the application names another", async () => {
  const authors = async (token?: string) => {
    const room = openFakeRoom({ name: "Ann", token });
    const socket = await goLive();
    const ids = [point, { ...point, author: "Bob" }].map((draft) => room.annotations.create(draft).id);
    await vi.advanceTimersByTimeAsync(0);
    const sent = sentTo(socket).flatMap((message) =>
      message.type === "annotation.create" ? [message.annotation.author] : [],
    );
    const shown = ids.map((id) => room.annotations.get(id)?.author);
    room.close();
    return { shown, sent };
  };
  expect(await authors()).toEqual({ shown: ["Ann", "Bob"], sent: ["Ann", "Bob"] });
  // The service takes the token's subject, whatever the message says.
  expect(await authors(tokenOf("ann"))).toMatchObject({ shown: ["ann", "ann"] });
});

it("may be connected anew by a listener that hears of its state", async () => {
  const room = openFakeRoom();
  const stop = room.document.subscribe((document) => document && room.reconnect());
  await goLive();
  stop();
  expect(room.status.value.state).toBe("connecting");
  const { saved } = room.annotations.create(point);
  const socket = await goLive();
  expect(room.status.value.state).toBe("live");
  const [created] = sentTo(socket).filter((message) => message.type === "annotation.create");
  expect(created).toBeDefined();
  saved.catch(() => {});
  room.close();
});

it("keeps changes by service, document and user", async () => {
  const store = new MemoryStore();
  const open = (token: string) => openFakeRoom({ store, token });
  const ann = open(tokenOf("ann"));
  ann.annotations.create(point);
  ann.close();
  await vi.advanceTimersByTimeAsync(0);
  const bob = open(tokenOf("bob"));
  await goLive();
  expect(bob.unsaved.value).toBe(0);
  bob.close();
  const annAgain = open(tokenOf("ann"));
  await goLive();
  expect(annAgain.unsaved.value).toBe(1);
  annAgain.close();
});

it("shows what an actor left while the token function fails", async () => {
  const store = new MemoryStore();
  const before = openFakeRoom({ store, token: tokenOf("ann") });
  before.annotations.create(point);
  before.close();
  await vi.advanceTimersByTimeAsync(0);
  const fail = (): never => {
    throw new Error("offline");
  };
  const unknown = openFakeRoom({ store, token: fail });
  await vi.advanceTimersByTimeAsync(0);
  expect(unknown.unsaved.value).toBe(0);
  expect(unknown.status.value).toMatchObject({ error: { code: "token" }, storeError: { code: "store" } });
  unknown.close();
  const known = openFakeRoom({ store, token: fail, actorId: "ann" });
  await vi.advanceTimersByTimeAsync(0);
  expect(known.unsaved.value).toBe(1);
  expect(known.status.value).toMatchObject({ error: { code: "token" }, storeError: null });
  known.close();
});

it("goes on where the store fails or never answers, says so, and stores when it can", async () => {
  for (const fail of [
    () => Promise.reject(new Error("the disk is full")),
    () => new Promise<never>(() => {}),
  ]) {
    const store = new MemoryStore();
    const put = vi.spyOn(store, "put").mockImplementation(fail);
    const room = openFakeRoom({ store });
    const socket = await goLive();
    const { saved } = room.annotations.create(point);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(room.status.value).toMatchObject({ state: "live", storeError: { code: "store" } });
    const [sent] = sentTo(socket).filter(({ type }) => type === "annotation.create");
    expect(sent).toBeDefined();
    put.mockRestore();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(room.status.value.storeError).toBeNull();
    void saved;
    room.close();
  }
});

it("sends what a draft was when it was given, also where it is no plain object", async () => {
  const room = openFakeRoom();
  const draft = { ...point, text: "before" };
  // As of a framework whose objects tell of their changes.
  room.annotations.create(new Proxy(draft, {}));
  draft.text = "after";
  const socket = await goLive();
  expect(room.status.value.storeError).toBeNull();
  expect(sentTo(socket).filter(({ type }) => type === "annotation.create")).toMatchObject([
    { annotation: { text: "before" } },
  ]);
  room.close();
});

it("refuses by itself what no frame can hold", async () => {
  const room = openFakeRoom();
  const socket = await goLive();
  const refused = vi.fn();
  room.on("refused", refused);
  const { saved } = room.annotations.create({ ...point, text: "x".repeat(BATCH_BODY_MAX_BYTES) });
  const small = room.annotations.create(point);
  await expect(saved).rejects.toMatchObject({ code: "too_large" });
  expect(refused).toHaveBeenCalledOnce();
  expect(room.annotations.value.map(({ id }) => id)).toEqual([small.id]);
  expect(sentTo(socket).filter(({ type }) => type === "annotation.create")).toHaveLength(1);
  room.close();
});

it("keeps an operation that is refused only because the connection is", async () => {
  const room = openFakeRoom();
  const socket = await goLive();
  room.annotations.create(point);
  await vi.advanceTimersByTimeAsync(0);
  const opId = sentTo(socket).flatMap((message) => ("opId" in message ? [message.opId] : []))[0] ?? "";
  socket.tell({ type: "error", opId, code: "token_expired", message: "expired", retryable: false });
  expect(room.unsaved.value).toBe(1);
  expect(room.refused.value).toEqual([]);
  room.close();
});

it("sends again after a while what may succeed later", async () => {
  const room = openFakeRoom();
  const socket = await goLive();
  room.annotations.create(point);
  await vi.advanceTimersByTimeAsync(0);
  const creations = () => sentTo(socket).filter(({ type }) => type === "annotation.create");
  const [first] = creations();
  if (first?.type !== "annotation.create") throw new Error("it was not sent");
  const { opId } = first;
  socket.tell({
    type: "error",
    opId,
    code: "unavailable",
    message: "",
    retryable: true,
    retryAfterMs: 3_000,
  });
  await vi.advanceTimersByTimeAsync(2_999);
  expect(creations()).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(creations()).toEqual([first, first]);
  room.close();
});

describe("content", () => {
  it("made before there is a state gets the seq of the first one, and then keeps it", async () => {
    const room = openFakeRoom({ content: new WordsContent() });
    room.sendContent(toBytes("early"));
    const first = await goLive({ version: 7 });
    room.sendContent(toBytes("late"));
    await vi.advanceTimersByTimeAsync(0);
    first.tell({ type: "remote_update", seq: 8, deltaB64: "AQ==", actorId: "" });
    first.end(1006);
    const second = await goLive({ resumed: true, version: 8 });
    for (const socket of [first, second]) {
      const bases = sentTo(socket).flatMap((sent) => (sent.type === "update" ? [sent.baseVersion] : []));
      expect(bases).toEqual([7, 7]);
    }
    room.close();
  });

  it("made upon what the service has lost with an older state goes upon what it has", async () => {
    const room = openFakeRoom({ content: new WordsContent() });
    const first = await goLive({ version: 9 });
    void room.sendContent(toBytes("late")).saved.catch(() => {});
    await vi.advanceTimersByTimeAsync(0);
    const [sent] = sentTo(first).filter(({ type }) => type === "update");
    expect(sent).toMatchObject({ baseVersion: 9 });
    first.end(1006);
    const second = await goLive({ version: 4 });
    expect(sentTo(second).filter(({ type }) => type === "update")).toEqual([{ ...sent, baseVersion: 4 }]);
    room.close();
  });

  it("in a state that resumes is told as one's own where it is, and not again with its late ack", async () => {
    const content = new WordsContent();
    const room = openFakeRoom({ content });
    const first = await goLive();
    const { saved } = room.sendContent(toBytes("mine"));
    await vi.advanceTimersByTimeAsync(0);
    const [sent] = sentTo(first).filter((message) => message.type === "update");
    if (!sent) throw new Error("it was not sent");
    first.end(1006);
    const updates = [
      { seq: 2, deltaB64: btoa("theirs"), actorId: "" },
      { seq: 3, deltaB64: sent.deltaB64, actorId: "" },
    ];
    const second = await goLive({ resumed: true, version: 3, updates });
    second.tell({ type: "ack", opId: sent.opId, seq: 3, duplicate: true });
    await saved;
    expect(content.calls).toEqual(["load 1", "other 2 theirs", "own 3 mine"]);
    room.close();
  });

  it("is merged after a long absence, and replaced where a revert was missed", async () => {
    const content = new WordsContent();
    const room = openFakeRoom({ content });
    (await goLive()).end(1006);
    (await goLive({ version: 500 })).end(1006);
    await goLive({ version: 600, contentEpoch: 550 });
    expect(content.calls).toEqual(["load 1", "load 500", "load 600 replace"]);
    room.close();
  });

  it("comes from a service without lineages as well", async () => {
    const room = openFakeRoom();
    (await goLive({ lineage: "" })).end(1006);
    expect((await goLive()).url.search).toBe("?since=1");
    room.close();
  });

  it("is replaced where the service was given an older state, which is told apart from a revert", async () => {
    const content = new WordsContent();
    const room = openFakeRoom({ content });
    (await goLive({ version: 9, lineage: "a1.b2" })).end(1006);
    const second = await goLive({ version: 20, lineage: "c3", diverged: true });
    expect(second.url.searchParams.get("lineage")).toBe("a1.b2");
    second.end(1006);
    const third = await goLive({ version: 30, lineage: "d4", contentEpoch: 25, diverged: true });
    expect(third.url.searchParams.get("lineage")).toBe("c3");
    expect(content.calls).toEqual(["load 9", "load 20 replace lost", "load 30 replace"]);
    room.close();
  });

  it("that is refused is given back to the handler", async () => {
    const content = new WordsContent();
    const room = openFakeRoom({ content });
    const socket = await goLive();
    const { saved } = room.sendContent(toBytes("stale"));
    await vi.advanceTimersByTimeAsync(0);
    const [sent] = sentTo(socket).filter((message) => message.type === "update");
    const opId = sent?.opId ?? "";
    socket.tell({ type: "error", opId, code: "stale_base", message: "reverted", retryable: false });
    await expect(saved).rejects.toMatchObject({ code: "stale_base" });
    expect(content.calls.at(-1)).toBe("refuse stale");
    expect(room.refused.value).toMatchObject([{ error: { code: "stale_base" } }]);
    room.close();
  });

  it("of a state in pages is joined, and a state that a revert overtakes is dropped", async () => {
    const content = new WordsContent();
    const room = openFakeRoom({ content });
    const words = JSON.stringify(["one", "two"]);
    const socket = await goLive({ more: true });
    expect(room.status.value.state).toBe("connecting");
    socket.tell({ type: "state_page", part: "snapshot", chunkB64: btoa("left over"), last: false });
    socket.tell({ type: "reset", seq: 3, crdtChanged: true });
    socket.tell({ type: "state_page", part: "updates", items: [], last: true });
    expect(room.status.value.state).toBe("connecting");
    expect(content.calls).toEqual([]);
    socket.tell(stateOf({ more: true, version: 3 }));
    socket.tell(
      { type: "state_page", part: "snapshot", chunkB64: btoa(words.slice(0, 7)), last: false },
      { type: "state_page", part: "snapshot", chunkB64: btoa(words.slice(7)), last: false },
      {
        type: "state_page",
        part: "updates",
        items: [{ seq: 2, deltaB64: btoa("three"), actorId: "" }],
        last: true,
      },
    );
    expect(room.status.value.state).toBe("live");
    expect([...content.words]).toEqual(["one", "two", "three"]);
    room.close();
  });
});

it("shows what was before a revert until all of the state after it is here, then tells of it", async () => {
  const room = openFakeRoom();
  const socket = await goLive();
  const version = {
    id: "v",
    document_id: document.id,
    number: 1,
    label: null,
    author: null,
    author_name: null,
    automatic: false,
    seq: 1,
    document_version: 1,
    annotation_count: 0,
    created_at: document.created_at,
  };
  const after = { ...document, version: 2, title: "As it was" };
  const titles: string[] = [];
  room.on("reverted", () => titles.push(room.document.value?.title ?? ""));
  socket.tell(
    { type: "version.created", seq: 2, version: { ...version, id: "automatic", automatic: true, number: 2 } },
    { type: "version.reverted", seq: 3, version, document: after, labels: null, annotations: null },
    { type: "reset", seq: 3, crdtChanged: false },
  );
  expect(room.document.value?.title).toBe("The falls at dusk");
  // The connection is lost before the state is here: it is asked for again.
  socket.end(1006);
  const next = await goLive({ version: 3, document: after });
  expect(next.url.searchParams.get("since")).toBe("2");
  expect(titles).toEqual(["As it was"]);
  next.end(1006);
  const event: Event = {
    type: "version.reverted",
    seq: 4,
    version,
    document: after,
    labels: null,
    annotations: [],
  };
  await goLive({ resumed: true, version: 4, document: after, events: [event] });
  expect(titles).toEqual(["As it was", "As it was"]);
  room.close();
});
