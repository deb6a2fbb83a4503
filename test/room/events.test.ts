import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { Connection } from "../../src/room/sockets/connection.ts";
import { connect, newDocument } from "../support/room.ts";
import { wakeRoom } from "../support/wake-room.ts";

describe("the end of an event", () => {
  it("R13 sends what a message was answered with, whatever comes next", async () => {
    const { id } = await newDocument();
    // Hidden: nobody is told of it, so no timer of the room is set that would send the answer.
    const socket = await connect(id, { presence: "hidden" });
    await socket.next("state");
    socket.sendRaw("{");
    expect(await socket.next("error")).toMatchObject({ code: "invalid_json" });
  });

  it("R37 sends those who were waiting their state when the object wakes up", async () => {
    const { stub } = await newDocument();
    await runInDurableObject(stub, async (_room, state) => {
      const { 0: client, 1: server } = new WebSocketPair();
      const frames: string[] = [];
      state.acceptWebSocket(server);
      client.accept();
      client.addEventListener("message", ({ data }) => frames.push(String(data)));
      Connection.open(server, {
        id: crypto.randomUUID(),
        actorId: "someone",
        name: null,
        claims: null,
        batch: false,
        // Nobody is told of it, which would send the state too.
        hidden: true,
        presence: null,
        seenAt: Date.now(),
        life: "life",
        joining: { known: null, enters: true },
      });
      const { hub } = wakeRoom(state);
      await expect.poll(() => frames.length).toBe(1);
      expect(JSON.parse(frames[0] ?? "")).toMatchObject({ type: "state", version: 1 });
      hub.closeAll("internal", "The end");
    });
  });
});
