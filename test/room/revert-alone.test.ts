import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Result } from "../../src/protocol/errors.ts";
import type { Command } from "../../src/room/decide/command.ts";
import { appendUpdate } from "../../src/room/decide/append-update.ts";
import { revertVersion } from "../../src/room/decide/versions.ts";
import { connect, good, newDocument, open } from "../support/room.ts";
import { wakeRoom } from "../support/wake-room.ts";

const update = (text: string, baseVersion: number) =>
  appendUpdate({ baseVersion, actorId: "a", deltaB64: btoa(text) });

/** A room, and what the changes that it is given come to. */
function openRoom(state: DurableObjectState) {
  const room = wakeRoom(state);
  const outcomes: string[] = [];
  const write = <T>(name: string, command: Command<T>) => {
    const answer = (outcome: Result<unknown>) => {
      outcomes.push(`${name} ${outcome.ok ? "done" : outcome.error.code}`);
    };
    room.write(room.toWrite(open, command, { origin: null }), answer);
  };
  return { room, outcomes, write };
}

describe("a revert among other changes", () => {
  it("R3 R24 sends the state as it was right after it: what comes later is told by itself", async () => {
    const { id, room, stub } = await newDocument();
    const version = good(await room.createVersion(open, {}, {}));
    const socket = await connect(id);
    await socket.next("state");
    await runInDurableObject(stub, (_room, state) => {
      const { write } = openRoom(state);
      // The first one is committed at once; what comes in the same turn would gather.
      write("one", update("one", 2));
      write("two", update("two", 2));
      write("revert", revertVersion(version.id));
      write("three", update("three", 6));
    });
    expect((await socket.next("remote_update")).seq).toBe(3);
    expect((await socket.next("remote_update")).seq).toBe(4);
    expect((await socket.next("version.reverted")).seq).toBe(6);
    expect(await socket.next("reset")).toMatchObject({ seq: 6, crdtChanged: true });
    expect(await socket.next("state")).toMatchObject({ version: 6, updates: [] });
    expect((await socket.next("remote_update")).seq).toBe(7);
    expect(socket.ordered()).toEqual([3, 4, 5, 6, 7]);
  });

  it("I1 takes nothing with it that came before, where it fails", async () => {
    const { stub } = await newDocument();
    await runInDurableObject(stub, (_room, state) => {
      const { room, outcomes, write } = openRoom(state);
      write("one", update("one", 1));
      write("two", update("two", 1));
      const failing: Command<null> = {
        type: "version.revert",
        payload: {},
        role: "editor",
        alone: true,
        decide: () => {
          throw new Error("too much");
        },
        replay: () => null,
      };
      expect(() => write("revert", failing)).toThrow("too much");
      expect(outcomes).toEqual(["one done", "two done"]);
      expect(room.store.head).toBe(3);
    });
  });
});
