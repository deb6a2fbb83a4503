import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { good, newDocument, open } from "../support/room.ts";

function alarmOf(stub: DurableObjectStub): Promise<number | null> {
  return runInDurableObject(stub, (_room, { storage }) => storage.getAlarm());
}

/** A document with something due, and when. */
async function withExport() {
  const { room, stub } = await newDocument();
  good(await room.openExport(open, crypto.randomUUID(), undefined));
  const due = await runInDurableObject(stub, (_room, { storage }) => {
    const { at } = storage.sql.exec<{ at: number }>("SELECT MIN(at) AS at FROM due").one();
    return at;
  });
  const wakeUp = async () => {
    await evictDurableObject(stub);
    good(await room.getDocument(open, false));
  };
  return { stub, due, wakeUp };
}

describe("the alarm", () => {
  it("R48 is armed again when the object wakes up, where the runtime has given it up", async () => {
    const { stub, due, wakeUp } = await withExport();
    expect(await alarmOf(stub)).toBe(due);
    // As after six failures.
    await runInDurableObject(stub, (_room, { storage }) => storage.deleteAlarm());
    expect(await alarmOf(stub)).toBeNull();
    await wakeUp();
    await expect.poll(() => alarmOf(stub)).toBe(due);
  });

  it("is left alone where it is armed", async () => {
    const { stub, due, wakeUp } = await withExport();
    const later = due + 600_000;
    await runInDurableObject(stub, (_room, { storage }) => storage.setAlarm(later));
    expect(await alarmOf(stub)).toBe(later);
    await wakeUp();
    expect(await alarmOf(stub)).toBe(later);
  });
});
