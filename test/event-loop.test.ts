import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createYielder, noticeArrival, pause } from "../src/event-loop.ts";
import { call } from "./support/http.ts";
import { connect, newDocument } from "./support/room.ts";

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
  noticeArrival();
  await pause();
});
afterEach(() => vi.useRealTimers());

async function makeQuiet(): Promise<void> {
  for (let pauses = 0; pauses < 3; pauses++) await pause();
}

/** Computes until it lets others in, and returns after how many milliseconds. */
async function measureStretch(yieldToEventLoop: () => Promise<void> | undefined): Promise<number> {
  for (let ms = 0; ; ms++) {
    const paused = yieldToEventLoop();
    if (paused) {
      await paused;
      return ms;
    }
    vi.setSystemTime(Date.now() + 1);
  }
}

describe("a long computation", () => {
  it("lets others in every 8 ms while some come, and less often while nobody does", async () => {
    const yieldToEventLoop = createYielder();
    const measure = () => measureStretch(yieldToEventLoop);
    expect([await measure(), await measure(), await measure(), await measure()]).toEqual([8, 16, 24, 24]);
    noticeArrival();
    expect([await measure(), await measure(), await measure()]).toEqual([24, 8, 16]);
  });

  it("shares its pauses with others", async () => {
    const [one, other] = [createYielder(), createYielder()];
    vi.setSystemTime(Date.now() + 7);
    await pause();
    vi.setSystemTime(Date.now() + 7);
    expect([one(), other()]).toEqual([undefined, undefined]);
  });

  it("begins with a stretch of its own", async () => {
    vi.setSystemTime(Date.now() + 100);
    expect(await measureStretch(createYielder())).toBe(8);
  });

  it.each([
    ["a request", async () => void (await call("/v1/health"))],
    [
      "a message on a socket",
      async () => {
        const socket = await connect((await newDocument()).id);
        await makeQuiet();
        socket.socket.send("{}");
        await socket.next("error");
      },
    ],
  ])("hears that somebody came by %s", async (_name, come) => {
    await makeQuiet();
    await come();
    const yieldToEventLoop = createYielder();
    await measureStretch(yieldToEventLoop);
    expect(await measureStretch(yieldToEventLoop)).toBe(8);
  });
});
