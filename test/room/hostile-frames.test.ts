import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientMessageSchemas } from "../../src/protocol/wire/up.ts";
import { box, connect, good, newDocument, open } from "../support/room.ts";

/** Valid messages, to be broken. */
const valid: readonly Record<string, unknown>[] = [
  { type: "update", opId: "op", baseVersion: 1, deltaB64: "AAAA" },
  { type: "snapshot", version: 1, snapshotB64: "AAAA" },
  { type: "presence", state: { x: 1 } },
  { type: "received", seq: 1 },
  { type: "annotation.create", opId: "op", annotation: box },
  { type: "annotation.update", opId: "op", id: crypto.randomUUID(), version: 1, patch: { text: "x" } },
  { type: "annotation.restore", opId: "op", id: crypto.randomUUID(), version: 2 },
  { type: "broadcast", payload: { laser: [1, 2] } },
  { type: "annotation.delete", opId: "op", id: crypto.randomUUID() },
  { type: "labels.set", opId: "op", labels: [{ name: "x", color: "#0a0b0c", key: "x" }], version: 1 },
  { type: "annotation.batch", opId: "op", operations: [{ op: "create", ...box }] },
  {
    type: "comment.create",
    opId: "op",
    comment: { annotation_id: crypto.randomUUID(), reply_to: null, text: "Hm" },
  },
  { type: "comment.update", opId: "op", id: crypto.randomUUID(), version: 1, patch: { resolved: true } },
  { type: "comment.delete", opId: "op", id: crypto.randomUUID() },
];

const poison = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    1e308,
    -0.5,
    "",
    "x".repeat(5_000),
    "__proto__",
    [],
    {},
    "\u0000",
    "\ud800",
  ),
  fc.jsonValue(),
);

/** A valid message with one of its members, at any depth, replaced, removed or added. */
const broken = fc
  .record({
    message: fc.constantFrom(...valid),
    path: fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 4 }),
    how: fc.constantFrom("replace", "remove", "add"),
    key: fc.oneof(fc.constantFrom("__proto__", "constructor", "type", "opId"), fc.string({ maxLength: 20 })),
    value: poison,
  })
  .map(({ message, path, how, key, value }) => {
    const copy = structuredClone(message);
    let target: Record<string, unknown> = copy;
    let name = "type";
    for (const step of path) {
      const names = Object.keys(target);
      name = names[step % Math.max(1, names.length)] ?? name;
      const inner = target[name];
      if (typeof inner !== "object" || inner === null || Object.keys(inner).length === 0) break;
      target = inner as Record<string, unknown>;
      name = Object.keys(target)[0] ?? name;
    }
    if (how === "remove") Reflect.deleteProperty(target, name);
    else
      Object.defineProperty(target, how === "add" ? key : name, {
        value,
        enumerable: true,
        configurable: true,
      });
    return JSON.stringify(copy);
  });

const frame = fc.oneof(
  { weight: 4, arbitrary: broken },
  { weight: 1, arbitrary: fc.string({ maxLength: 200 }) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 6 }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 1, arbitrary: fc.array(broken, { maxLength: 5 }).map((each) => `[${each.join(",")}]`) },
);

describe("hostile frames", () => {
  it("R28 knows every type of message", () => {
    expect(valid.map(({ type }) => type).sort()).toEqual([...clientMessageSchemas.keys()].sort());
  });

  it("R3 R13 R28 whatever comes in, the order stays whole and everyone else is served", async () => {
    const { id, room } = await newDocument();
    const witness = await connect(id);
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 30 }), async (frames) => {
        const hostile = await connect(id);
        for (const each of frames) {
          if (hostile.closed) break;
          hostile.sendRaw(typeof each === "string" ? each : Uint8Array.from(each).buffer);
        }
        witness.update(`alive ${sent++}`, "x", 1);
        const acks = () => witness.messages.filter((message) => message.type === "ack").length;
        await witness.until(() => acks() === sent, "the witness's ack");
        const codes = hostile.messages.flatMap((message) => (message.type === "error" ? [message.code] : []));
        expect(codes).not.toContain("internal");
        await hostile.close();
      }),
      { numRuns: 150, seed: 20_261_122 },
    );
    const { seq } = good(await room.getDocument(open, false));
    await witness.until(() => witness.ordered().at(-1) === seq, "the head");
    expect(witness.ordered()).toEqual(Array.from({ length: seq - 1 }, (_, index) => index + 2));
  });
});
