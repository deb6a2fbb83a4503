import { afterEach, describe, expect, it, vi } from "vitest";
import {
  BYTES_BURST,
  BYTES_PER_SECOND,
  MESSAGES_BURST,
  MESSAGES_PER_SECOND,
  RATE_REFUSALS_MAX,
  UNCONFIRMED_CROWDED_BYTES,
  UNCONFIRMED_MAX_BYTES,
  UNREPORTED_MAX_BYTES,
} from "../../src/protocol/limits.ts";
import { Delivery } from "../../src/room/sockets/delivery.ts";
import { TokenBucket } from "../../src/room/sockets/token-bucket.ts";
import { stopClock } from "../support/clock.ts";
import { type TestSocket, connect, good, newDocument, open } from "../support/room.ts";

const MIB = 1024 * 1024;
const delta = (bytes: number) => new Uint8Array(bytes);

describe("a token bucket", () => {
  it("R36 lets a burst through, then a steady rate, and says how long to wait", () => {
    const bucket = new TokenBucket(10, 1_000, 0);
    expect(bucket.take(10, 0)).toBe(0);
    expect(bucket.take(1, 0)).toBe(1);
    expect(bucket.take(5, 2)).toBe(3);
    expect(bucket.take(5, 5)).toBe(0);
    expect(bucket.take(1, 5)).toBe(1);
    // It never holds more than the burst, and time that runs back gives nothing.
    expect(bucket.take(11, 1_000_000)).toBe(1);
    expect(bucket.take(10, 0)).toBe(0);
    expect(bucket.take(1, 0)).toBe(1);
  });
});

describe("what was sent and not confirmed", () => {
  it("R34 is bounded for clients that report, by what they have not confirmed", () => {
    const delivery = new Delivery();
    delivery.received(0, 1);
    for (let seq = 1; seq <= 4; seq++) delivery.sent(MIB, seq);
    expect([delivery.isCrowded, delivery.isTooSlow]).toEqual([true, false]);
    delivery.sent(1, 5);
    expect(delivery.isTooSlow).toBe(true);
    // Any other frame says nothing of what was read.
    delivery.heard();
    expect(delivery.isTooSlow).toBe(true);
    delivery.received(3, 5);
    expect([delivery.isCrowded, delivery.isTooSlow]).toEqual([true, false]);
    delivery.received(4, 5);
    expect([delivery.isCrowded, delivery.isTooSlow]).toEqual([false, false]);
    expect(UNCONFIRMED_MAX_BYTES).toBe(4 * MIB);
    expect(UNCONFIRMED_CROWDED_BYTES).toBe(MIB);
  });

  it("R35 is bounded for clients that never report, since their last frame", () => {
    const delivery = new Delivery();
    delivery.sent(UNREPORTED_MAX_BYTES, 1);
    expect(delivery.isTooSlow).toBe(false);
    delivery.sent(1, 2);
    expect(delivery.isTooSlow).toBe(true);
    delivery.heard();
    expect(delivery.isTooSlow).toBe(false);
  });

  it("R34 R35 does not count the state that a client has just joined with", () => {
    const delivery = new Delivery();
    delivery.sent(20 * MIB, 1);
    delivery.joined(20 * MIB);
    expect([delivery.isCrowded, delivery.isTooSlow]).toEqual([false, false]);
  });
});

async function untilClosed(socket: TestSocket): Promise<number | undefined> {
  await socket.until(() => socket.closed !== null, "the close");
  return socket.closed?.code;
}

describe("a client that reads too slowly", () => {
  it("R34 is told 4408, and goes on where it was; the others never wait", async () => {
    const { id } = await newDocument();
    const [writer, reporting, keepingUp] = [await connect(id), await connect(id), await connect(id)];
    await reporting.next("state");
    // It has reported once, and then no more.
    reporting.send({ type: "received", seq: 1 });
    for (let i = 0; i < 8; i++) {
      writer.update(`u${i}`, delta(MIB));
      await writer.next("ack");
      await keepingUp.next("remote_update");
      keepingUp.send({ type: "received", seq: i + 2 });
    }
    expect(await untilClosed(reporting)).toBe(4408);
    const seen = reporting.ordered().at(-1) ?? 0;
    expect(seen).toBeGreaterThan(1);
    expect(keepingUp.ordered()).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    const back = await connect(id, { since: seen });
    const state = await back.next("state");
    expect(state).toMatchObject({ resumed: true, version: 9 });
  });

  it("R35 one that never says anything is told after 16 MiB", async () => {
    const { id } = await newDocument();
    const [writer, silent] = [await connect(id), await connect(id)];
    for (let i = 0; i < 14; i++) {
      writer.update(`u${i}`, delta(MIB));
      await writer.next("ack");
    }
    expect(await untilClosed(silent)).toBe(4408);
    expect(silent.ordered().length).toBeGreaterThanOrEqual(12);
    expect(writer.closed).toBeNull();
  });
});

describe("a client that sends too fast", () => {
  it("R36 is refused over 10,000 messages, with the time to wait, and then sent away", async () => {
    const { id, room } = await newDocument();
    const [fast, other] = [await connect(id), await connect(id)];
    const frame = (count: number) =>
      JSON.stringify(Array.from({ length: count }, () => ({ type: "received", seq: 1 })));
    for (let i = 0; i < MESSAGES_BURST / 1_000; i++) fast.sendRaw(frame(1_000));
    // What trickles in meanwhile is used up, too.
    for (let i = 0; i < 3 && !fast.messages.some(({ type }) => type === "error"); i++)
      fast.sendRaw(frame(1_000));
    const error = await fast.next("error");
    expect(error).toMatchObject({ code: "rate_limited", retryable: true });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.retryAfterMs).toBeLessThanOrEqual(1_000 / MESSAGES_PER_SECOND + 1);
    for (let i = 0; i < 10 && fast.closed === null; i++) fast.sendRaw(frame(1_000));
    expect(await untilClosed(fast)).toBe(4429);
    expect(fast.messages.filter(({ type }) => type === "error").length).toBeGreaterThanOrEqual(
      RATE_REFUSALS_MAX,
    );
    other.update("op", "x");
    expect(await other.next("ack")).toMatchObject({ seq: 2 });
    expect(good(await room.getDocument(open, false)).seq).toBe(2);
  });

  it("R36 counts bytes as well", async () => {
    const { id } = await newDocument();
    const fast = await connect(id);
    const frame = " ".repeat(16 * MIB);
    for (let i = 0; i < BYTES_BURST / (16 * MIB); i++) {
      fast.sendRaw(frame);
      expect(await fast.next("error")).toMatchObject({ code: "invalid_json" });
    }
    for (;;) {
      fast.sendRaw(frame);
      const error = await fast.next("error");
      if (error.code === "invalid_json") continue;
      expect(error).toMatchObject({ code: "rate_limited" });
      expect(error.retryAfterMs).toBeLessThanOrEqual(Math.ceil((16 * MIB * 1_000) / BYTES_PER_SECOND));
      break;
    }
  });
});

describe("a storm of joins", () => {
  afterEach(() => vi.restoreAllMocks());

  it("R37 holds a bounded number of bytes on their way, and everyone gets in", async () => {
    stopClock();
    const { id } = await newDocument();
    const writer = await connect(id);
    const content = new Uint8Array(8 * MIB).map((_, index) => index % 253);
    writer.update("u", "x");
    await writer.next("ack");
    writer.send({ type: "snapshot", version: 2, snapshotB64: content.toBase64() });
    await writer.next("snapshot_ack");
    const joiners: TestSocket[] = [];
    for (let i = 0; i < 6; i++) joiners.push(await connect(id));
    // 32 MiB have room for three states of 10.7 MiB, and for what the last of them goes over.
    await joiners[2]?.next("state");
    expect(joiners.map(({ messages }) => messages.length > 0)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    writer.update("meanwhile", "y", 2);
    await writer.next("ack");
    // Who answers makes room at once; who does not, after JOIN_ARRIVED_MS.
    joiners[0]?.send({ type: "received", seq: 2 });
    expect(await joiners[3]?.next("state")).toMatchObject({ version: 3 });
    vi.restoreAllMocks();
    for (const joiner of joiners) {
      await joiner.until(() =>
        joiner.messages.some((message) => message.type === "state_page" && message.last),
      );
    }
    writer.update("after", "z", 3);
    for (const joiner of joiners) {
      await joiner.until(() => joiner.ordered().at(-1) === 4, "the update");
      const state = joiner.messages.find(({ type }) => type === "state");
      const from = state?.type === "state" ? state.version : 0;
      expect(joiner.ordered()).toEqual([3, 4].filter((seq) => seq > from));
    }
  });

  it("R24 R37 who waits while a revert happens gets one state, the one after it", async () => {
    stopClock();
    const { id, room } = await newDocument();
    const writer = await connect(id);
    const version = good(await room.createVersion(open, {}, {}));
    writer.update("u", "x", 2);
    await writer.next("ack");
    writer.send({ type: "snapshot", version: 3, snapshotB64: new Uint8Array(16 * MIB).toBase64() });
    await writer.next("snapshot_ack");
    const joiners = [await connect(id), await connect(id), await connect(id)];
    await joiners[1]?.next("state");
    expect(joiners[2]?.messages).toEqual([]);
    good(await room.revertVersion(open, version.id, {}));
    // Two states of 21 MiB are on their way until somebody says that one has arrived.
    joiners[0]?.send({ type: "received", seq: 3 });
    expect(await joiners[2]?.next("state")).toMatchObject({ version: 5, snapshotB64: null, updates: [] });
    writer.update("after", "y", 5);
    await joiners[2]?.next("remote_update");
    expect(joiners[2]?.messages.filter(({ type }) => type === "state")).toHaveLength(1);
    expect(joiners[2]?.messages.some(({ type }) => type === "reset")).toBe(false);
  });
});

describe("presence under load", () => {
  it("R38 only the newest state of each connection is told", async () => {
    const { id } = await newDocument();
    const [a, b] = [await connect(id), await connect(id)];
    a.send(Array.from({ length: 500 }, (_, x) => ({ type: "presence" as const, state: { x } })));
    await b.until(() =>
      b.messages.some((message) => message.type === "presence" && message.state["x"] === 499),
    );
    const told = b.messages.filter(({ type }) => type === "presence");
    expect(told.length).toBeLessThan(10);
  });
});
