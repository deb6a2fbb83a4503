import { describe, expect, it } from "vitest";
import { good, newDocument, open } from "../support/room.ts";

const update = (opId: string, text: string, baseVersion: number) => ({
  opId,
  baseVersion,
  deltaB64: btoa(text),
});

describe("updates over REST", () => {
  it("I3 gives a repeat its first seq, even if the update would be refused by now", async () => {
    const { room } = await newDocument();
    const version = good(await room.createVersion(open, {}, {}));
    const first = [update("one", "one", 2), update("two", "two", 2)];
    good(await room.appendUpdates(open, first));
    good(await room.revertVersion(open, version.id, {}));
    // A new update from before the revert is refused.
    expect(await room.appendUpdates(open, [update("late", "late", 2)])).toMatchObject({
      error: { code: "stale_base", index: 0 },
    });
    expect(good(await room.appendUpdates(open, [...first, update("new", "new", 6)]))).toEqual({
      version: 7,
      acks: [
        { opId: "one", seq: 3, duplicate: true },
        { opId: "two", seq: 4, duplicate: true },
        { opId: "new", seq: 7, duplicate: false },
      ],
    });
  });

  it("I3 refuses an opId that was used for something else, with the update's index, and takes none of them", async () => {
    const { room } = await newDocument();
    good(await room.appendUpdates(open, [update("one", "one", 1)]));
    expect(
      await room.appendUpdates(open, [update("two", "two", 1), update("one", "another", 1)]),
    ).toMatchObject({
      error: {
        code: "op_id_reused",
        index: 1,
        message: "The op_id one was used for something else: take a new one",
      },
    });
    expect(good(await room.getDocument(open, false)).seq).toBe(2);
  });
});
