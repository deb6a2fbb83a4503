import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { BATCH_BODY_MAX_BYTES } from "../../src/protocol/limits.ts";
import { COMMIT_MAX_BYTES } from "../../src/room/committer.ts";
import { box, connect, newDocument } from "../support/room.ts";

/** A batch of one box, as a frame of so many bytes. */
function batchOf(opId: string, bytes: number): string {
  const text = JSON.stringify({
    type: "annotation.batch",
    opId,
    operations: [{ ...box, op: "create" }],
  });
  return `${text.slice(0, -1)}${" ".repeat(bytes - text.length)}}`;
}

/** A batch whose text alone is of so many characters. */
function writing(opId: string, character: string, length: number) {
  const operations = Array.from({ length: Math.ceil(length / 9_000) }, () => ({
    ...box,
    op: "create" as const,
    text: character.repeat(9_000),
  }));
  return { type: "annotation.batch" as const, opId, operations };
}

describe("the size of a batch over a socket", () => {
  it("R12 is that of a batch over REST: 4 MiB, not a byte more", async () => {
    const { id } = await newDocument();
    const a = await connect(id);
    a.sendRaw(batchOf("over", BATCH_BODY_MAX_BYTES + 1));
    const error = await a.next("error");
    expect(error).toMatchObject({
      code: "too_large",
      opId: "over",
      retryable: false,
      errors: [{ path: "operations" }],
    });
    expect(error.message).toContain(`${BATCH_BODY_MAX_BYTES} bytes`);
    a.sendRaw(batchOf("at", BATCH_BODY_MAX_BYTES));
    expect(await a.next("ack")).toMatchObject({ opId: "at", seq: 2 });
    expect(a.closed).toBeNull();
  });

  it("R12 counts bytes, not characters, and each message of a frame by itself", async () => {
    const { id } = await newDocument();
    const a = await connect(id);
    a.send(writing("over", "字", BATCH_BODY_MAX_BYTES / 3));
    expect(await a.next("error")).toMatchObject({ code: "too_large", opId: "over" });
    const half = writing("half", "x", BATCH_BODY_MAX_BYTES * 0.6);
    a.send([half, writing("over", "字", BATCH_BODY_MAX_BYTES / 3), { ...half, opId: "other half" }]);
    expect(await a.next("error")).toMatchObject({ code: "too_large", opId: "over" });
    const acked = () => a.messages.flatMap((each) => (each.type === "ack" ? [each.opId] : []));
    await a.until(() => acked().length === 2, "both halves");
    expect(acked()).toEqual(["half", "other half"]);
  });
});

describe("changes that wait for their commit", () => {
  it("are counted with their size, so that one commit holds no more than about COMMIT_MAX_BYTES", async () => {
    const { id, stub } = await newDocument();
    const a = await connect(id);
    const points = Array.from({ length: 10_000 }, (_, index) => [index, 123.456]);
    const bytes = JSON.stringify(points).length;
    const count = Math.ceil((1.5 * COMMIT_MAX_BYTES) / bytes);
    const strokes = Array.from({ length: count }, (_, index) => ({
      type: "annotation.create",
      opId: `stroke ${index}`,
      annotation: { type: "freehand", geometry: { points } },
    }));
    a.sendRaw(JSON.stringify(strokes));
    await a.until(() => a.ordered().length === count, "the acks");
    const commits = await runInDurableObject(stub, async (_room, { storage }) =>
      storage.sql.exec<{ operations: string }>("SELECT operations FROM commits").toArray(),
    );
    const sizes = commits.map(({ operations }) => operations.split("stroke ").length - 1);
    expect(Math.max(...sizes) * bytes).toBeLessThan(COMMIT_MAX_BYTES + 2 * bytes);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(count);
  });
});
