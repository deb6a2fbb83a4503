import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { Hub } from "../../src/room/sockets/hub.ts";
import { newDocument } from "../support/room.ts";

/** A hub by itself, and a connection that waits for its state. */
async function play(
  act: (hub: Hub, accept: (exp: number) => ReturnType<Hub["accept"]>) => void,
): Promise<void> {
  const { stub } = await newDocument();
  await runInDurableObject(stub, (_room, context) => {
    const hub = new Hub({ context, head: () => 1, left: () => {} });
    const accept = (exp: number) =>
      hub.accept(new WebSocketPair()[1], {
        id: crypto.randomUUID(),
        actorId: "someone",
        name: null,
        claims: { sub: "someone", role: "editor", doc: "*", iat: 0, exp },
        batch: false,
        hidden: false,
        presence: null,
        seenAt: 0,
        life: "life",
        joining: { known: null, enters: true },
      });
    act(hub, accept);
    hub.closeAll("internal", "The end");
  });
}

const FUTURE = 32_503_680_000;

describe("a connection's state", () => {
  it("goes from joining, over pages, to live, and back", async () => {
    await play((hub, accept) => {
      const connection = accept(FUTURE);
      expect(connection).toMatchObject({ isWaiting: true, isPaging: false, isNew: true });
      hub.startPages(connection, "{}");
      expect(connection).toMatchObject({ isWaiting: false, isPaging: true, isNew: true });
      hub.endPages(connection);
      expect(connection.state).toEqual({ phase: "live" });
      hub.join(connection, { since: 7 });
      expect(connection.state).toEqual({
        phase: "joining",
        known: { since: 7 },
        isNew: false,
        isPaging: false,
      });
      hub.goLive(connection, "{}");
      expect(connection.state).toEqual({ phase: "live" });
    });
  });

  it.each(["goLive", "startPages"] as const)(
    "R37 does not come back by %s when it has ended",
    async (way) => {
      await play((hub, accept) => {
        const connection = accept(1);
        // The message is what the flush before its state ends it by: its token has expired.
        hub.send(connection, { type: "snapshot_ack", version: 1 });
        hub[way](connection, "{}");
        expect(hub.has(connection)).toBe(false);
        expect(connection.state.phase).toBe("joining");
        expect(connection.isPaging).toBe(false);
        expect(connection.socket.deserializeAttachment()).toBeNull();
      });
    },
  );
});
