import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { updateMessage } from "../../src/protocol/wire/updates.ts";
import { parseMessage } from "../../src/room/sockets/parse-frame.ts";
import { isPlainUpdate } from "../../src/room/sockets/plain-update.ts";

const message = { type: "update", opId: "op-1", baseVersion: 7, actorId: "ann", deltaB64: "AQID" };

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom("", "\0", "\ud800", "x".repeat(128), "x".repeat(129), "op-1", "é", "\x7f", "a\nb"),
);
const base64 = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => bytes.toBase64()),
  fc.base64String({ maxLength: 40 }),
  fc.constantFrom(
    "",
    "A",
    "AQ==",
    "AR==",
    "AQI=",
    "AQJ=",
    "AQ==AQ==",
    "A-_=",
    "AQID\n",
    "A".repeat(4_096),
    "A".repeat(4_100),
  ),
);
const anything = fc.oneof(text, fc.double(), fc.constantFrom(null, true, [], {}));
const field = (likely: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 12, arbitrary: likely }, { weight: 1, arbitrary: anything });
const numbers = fc.oneof(fc.nat(), fc.constantFrom(-1, -0, 0.5, NaN, Infinity, 2 ** 53 - 1, 2 ** 53));

const fields = {
  type: field(fc.constant("update")),
  opId: field(text),
  baseVersion: field(numbers),
  actorId: field(text),
  deltaB64: field(base64),
};
/** Messages that are an update, or nearly one. */
const nearly = fc
  .oneof(
    {
      weight: 3,
      arbitrary: fc.record(fields, { requiredKeys: ["type", "opId", "baseVersion", "deltaB64"] }),
    },
    { weight: 1, arbitrary: fc.record({ ...fields, extra: anything }, { requiredKeys: [] }) },
  )
  .map((input) => JSON.parse(JSON.stringify(input)) as object);

describe("isPlainUpdate", () => {
  it("R28 lets nothing through that the schema refuses or changes", () => {
    let plain = 0;
    fc.assert(
      fc.property(nearly, (input) => {
        if (!isPlainUpdate(input)) return;
        plain++;
        expect(updateMessage.safeParse(input)).toEqual({ success: true, data: input });
      }),
      { numRuns: 20_000 },
    );
    expect(plain).toBeGreaterThan(500);
  });

  it("knows the updates that clients send, with and without an actor", () => {
    const { actorId: _, ...anonymous } = message;
    expect(isPlainUpdate(message)).toBe(true);
    expect(isPlainUpdate(anonymous)).toBe(true);
    expect(isPlainUpdate({ ...message, deltaB64: "A".repeat(4_096), opId: "x".repeat(128) })).toBe(true);
  });

  it("spares a room the schema: the update is taken as it was parsed, not copied", () => {
    const parsed = parseMessage(message, null);
    expect(parsed.ok && parsed.value).toBe(message);
  });

  it.each([
    ["a longer delta", { deltaB64: "A".repeat(4_100) }],
    ["letters of other scripts", { opId: "опыт" }],
    ["another type", { type: "snapshot" }],
    ["an unknown field", { more: 1 }],
    ["an actor that is null", { actorId: null }],
  ])("leaves %s to the schema", (_what, change) => {
    expect(isPlainUpdate({ ...message, ...change })).toBe(false);
  });
});
