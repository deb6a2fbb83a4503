import { describe, expect, it } from "vitest";
import { RendererBusy, runExclusive } from "../../src/export/renderer-mutex.ts";

describe("runExclusive", () => {
  it("runs one task at a time, whatever becomes of them", async () => {
    const events: string[] = [];
    const task = (name: string, ms: number) => async (): Promise<string> => {
      events.push(`${name} begins`);
      await scheduler.wait(ms);
      events.push(`${name} ends`);
      if (name === "b") throw new Error("b fails");
      return name;
    };
    const results = await Promise.allSettled([
      runExclusive(task("a", 20)),
      runExclusive(task("b", 5)),
      runExclusive(task("c", 1)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(events.slice(0, 2)).toEqual(["a begins", "a ends"]);
    for (let n = 0; n < events.length; n += 2) {
      expect(events[n + 1]).toBe(events[n]?.replace("begins", "ends"));
    }
    expect(events).toHaveLength(6);
  });

  it("goes on after a turn whose request was cut off: it never ends by itself", async () => {
    void runExclusive(() => new Promise(() => undefined), { holdMaxMs: 50 });
    const began = Date.now();
    expect(await runExclusive(async () => "done")).toBe("done");
    expect(Date.now() - began).toBeGreaterThanOrEqual(45);
  });

  it("waits no longer than it is told", async () => {
    let release = (): void => undefined;
    const held = runExclusive(() => new Promise<void>((resolve) => (release = resolve)));
    let ran = false;
    const refused = runExclusive(async () => (ran = true), { waitMaxMs: 20 });
    await expect(refused).rejects.toBeInstanceOf(RendererBusy);
    release();
    await held;
    expect(ran).toBe(false);
    expect(await runExclusive(async () => "free", { waitMaxMs: 20 })).toBe("free");
  });
});
