import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { STATE_PAGE_BYTES } from "../../src/protocol/limits.ts";
import type { PresenceEvent, ServerMessage } from "../../src/protocol/wire/down.ts";
import type { Connection } from "../../src/room/sockets/connection.ts";
import { Hub } from "../../src/room/sockets/hub.ts";
import { Presence } from "../../src/room/sockets/presence.ts";
import { Schedule } from "../../src/room/sync/schedule.ts";
import { connect, newDocument } from "../support/room.ts";
import { wakeRoom } from "../support/wake-room.ts";

/** A socket of the room's parts, without a client: what is sent to it is written down. */
interface Receiver {
  connection: Connection;
  frames: string[];
}

interface Stage {
  hub: Hub;
  presence: Presence;
  /** Lets someone in, as `JoinQueue` does. */
  enter: (options?: { batch?: boolean; hidden?: boolean }) => Receiver;
  /** How many frames each turn of telling sent. */
  turns: number[];
  /** Waits until nothing more was told for a while. */
  settled: () => Promise<void>;
}

/** Hub and presence by themselves: many can come in one turn of the event loop. */
async function play(act: (stage: Stage) => Promise<void>): Promise<void> {
  const { stub } = await newDocument();
  await runInDurableObject(stub, async (_room, state) => {
    const turns: number[] = [];
    let sent = 0;
    const hub = new Hub({ context: state, head: () => 1, left: (connection) => presence.leave(connection) });
    const presence = new Presence(state, hub, new Schedule(state.storage), 30_000);
    const endEvent = hub.endEvent.bind(hub);
    hub.endEvent = () => {
      const before = sent;
      endEvent();
      if (sent > before) turns.push(sent - before);
    };
    const enter: Stage["enter"] = ({ batch = false, hidden = false } = {}) => {
      const { 1: server } = new WebSocketPair();
      const frames: string[] = [];
      const connection = hub.accept(server, {
        id: crypto.randomUUID(),
        actorId: "someone",
        name: null,
        claims: null,
        batch,
        hidden,
        presence: null,
        seenAt: Date.now(),
        life: "life",
        joining: { known: null, enters: true },
      });
      server.send = (frame) => {
        if (typeof frame === "string") frames.push(frame);
        sent++;
      };
      presence.enter(connection, Date.now());
      connection.goLive();
      return { connection, frames };
    };
    const settled = async () => {
      for (let before = -1; before !== sent; await scheduler.wait(100)) before = sent;
    };
    await act({ hub, presence, enter, turns, settled });
    hub.closeAll("internal", "The end");
  });
}

function read(frames: string[]): PresenceEvent[] {
  return frames.flatMap((frame) => JSON.parse(frame) as PresenceEvent | PresenceEvent[]);
}

describe("a storm of joins", () => {
  it("R26 R29 R38 is one frame for receivers that take arrays, and nobody hears of whom they have seen", async () => {
    await play(async ({ enter, settled }) => {
      const batch = enter({ batch: true, hidden: true });
      const single = enter({ hidden: true });
      const crowd = Array.from({ length: 100 }, () => enter({ batch: true }));
      const ids = crowd.map(({ connection }) => connection.id);
      await settled();
      expect(batch.frames).toHaveLength(1);
      expect(single.frames).toHaveLength(100);
      for (const { frames } of [batch, single]) {
        expect(read(frames).map(({ event, connectionId }) => [event, connectionId])).toEqual(
          ids.map((id) => ["join", id]),
        );
      }
      // The state of each held those before it, and itself.
      for (const [index, { frames }] of crowd.entries()) {
        expect(read(frames).map(({ connectionId }) => connectionId)).toEqual(ids.slice(index + 1));
        expect(frames.length).toBeLessThanOrEqual(1);
      }
    });
  });

  it("R38 is told in parts where it is much, so that nothing else waits for it, and to its end", async () => {
    await play(async ({ enter, turns, settled }) => {
      const crowd = Array.from({ length: 300 }, () => enter());
      await settled();
      expect(turns.length).toBeGreaterThan(10);
      expect(Math.max(...turns)).toBeLessThan(8_000);
      expect(read(crowd[0]?.frames ?? []).map(({ connectionId }) => connectionId)).toEqual(
        crowd.slice(1).map(({ connection }) => connection.id),
      );
    });
  });

  it("R26 those who come and go at once are told of once, or not at all", async () => {
    await play(async ({ hub, presence, enter, settled }) => {
      const watcher = enter({ hidden: true });
      const first = enter();
      const gone = enter();
      const last = enter();
      const late = enter({ hidden: true });
      hub.close(gone.connection, "too_slow", "Resume with since");
      await settled();
      const told = ({ frames }: Receiver) =>
        read(frames).map(({ event, connectionId }) => [event, connectionId]);
      expect(told(watcher)).toEqual([
        ["join", first.connection.id],
        ["join", last.connection.id],
      ]);
      expect(told(first)).toEqual([["join", last.connection.id]]);
      expect(told(late)).toEqual([["leave", gone.connection.id]]);
      expect(told(last)).toEqual([["leave", gone.connection.id]]);
      presence.show(last.connection, '{"x":1}', Date.now());
      hub.close(last.connection, "too_slow", "Resume with since");
      await settled();
      expect(read(first.frames).at(-1)).toMatchObject({ event: "leave", state: {} });
      expect(first.frames).toHaveLength(2);
    });
  });

  it("R34 a client that reads slowly misses what others show, not who comes and goes", async () => {
    await play(async ({ hub, presence, enter, settled }) => {
      const slow = enter();
      const other = enter();
      await settled();
      slow.connection.delivery.sent(2 * 1024 * 1024, 1);
      expect(slow.connection.delivery.isCrowded).toBe(true);
      presence.show(other.connection, '{"x":1}', Date.now());
      const third = enter();
      await settled();
      hub.close(third.connection, "too_slow", "Resume with since");
      await settled();
      expect(read(slow.frames).map(({ event, connectionId }) => [event, connectionId])).toEqual([
        ["join", other.connection.id],
        ["join", third.connection.id],
        ["leave", third.connection.id],
      ]);
    });
  });

  it("R31 when everyone goes at once, nobody hears of the others", async () => {
    await play(async ({ hub, enter, settled }) => {
      const crowd = Array.from({ length: 20 }, () => enter());
      await settled();
      const before = crowd.map(({ frames }) => frames.length);
      hub.closeAll("document_deleted", "The document was deleted");
      await settled();
      expect(crowd.map(({ frames }) => frames.length)).toEqual(before);
      expect(hub.size).toBe(0);
    });
  });
});

describe("who is present, in a state", () => {
  it("R17 takes the room that a page has; the others are told right after it", async () => {
    const { id, stub } = await newDocument();
    const count = 300;
    for (let index = 0; index < count; index++) await connect(id, { presence: "hidden" });
    // As if each had shown 4 KiB, without the traffic of that.
    const shown = JSON.stringify({ text: "x".repeat(4_080) });
    await runInDurableObject(stub, async (_room, state) => {
      for (const socket of state.getWebSockets()) {
        const attachment = socket.deserializeAttachment() as object;
        socket.serializeAttachment({ ...attachment, presence: shown, hidden: false });
      }
    });
    await evictDurableObject(stub);
    for (const batch of [false, true]) {
      const socket = await connect(id, { batch, presence: "hidden" });
      const state = await socket.next("state");
      expect(state.more).toBe(false);
      const later = () =>
        socket.messages.filter((each: ServerMessage) => each.type === "presence" && each.event === "join");
      await socket.until(() => state.presence.length + later().length >= count, "everyone");
      const all = [...state.presence, ...later()].map((each) => "connectionId" in each && each.connectionId);
      expect(new Set(all).size).toBe(count);
      expect(all).toHaveLength(count);
      expect(state.presence.length).toBeGreaterThan(200);
      expect(Math.max(...socket.frames.map(({ length }) => length))).toBeLessThan(
        STATE_PAGE_BYTES + 8 * 1024,
      );
      // Nothing comes between.
      expect(socket.messages.slice(0, 1 + later().length).map(({ type }) => type)).toEqual([
        "state",
        ...later().map(() => "presence"),
      ]);
    }
  });

  it("R34 does not count as what is read slowly, wherever it is told", async () => {
    const { stub } = await newDocument();
    await runInDurableObject(stub, (_room, state) => {
      const { hub, joins } = wakeRoom(state);
      const accept = (presence: string | null) =>
        hub.accept(new WebSocketPair()[1], {
          id: crypto.randomUUID(),
          actorId: "someone",
          name: null,
          claims: null,
          batch: true,
          hidden: true,
          presence,
          seenAt: Date.now(),
          life: "life",
          joining: presence === null ? { known: null, enters: true } : null,
        });
      // Of these 3 MiB one has room in the state.
      for (let index = 0; index < 256; index++) accept(JSON.stringify("x".repeat(12 * 1024)));
      const joiner = accept(null);
      joins.enqueue(joiner, null);
      expect(joiner.state.phase).toBe("live");
      expect(joiner.delivery.isCrowded).toBe(false);
      hub.closeAll("internal", "The end");
    });
  });
});
