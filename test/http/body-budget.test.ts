import { describe, expect, it, vi } from "vitest";
import { BodyBudget, type Hold } from "../../src/http/body-budget.ts";
import { withBody } from "../../src/http/read-body.ts";
import { Refusal } from "../../src/http/answers/refusal.ts";
import { BODIES_WAITING_MAX, BODY_SILENT_MAX_MS } from "../../src/http/body-budget.ts";
import { IMAGE_BODIES_BYTES } from "../../src/http/receive-image.ts";
import { call, postDocument, readProblem } from "../support/http.ts";
import { UNSUPPORTED_HEAD_BYTES } from "../../src/protocol/other-formats.ts";
import { webpLossy } from "../support/export/sample-headers.ts";
import { tinyPng } from "../support/images.ts";
import { PATIENCE_MS } from "../support/patience.ts";

const never = () => new Promise<void>(() => undefined);

async function hold(budget: BodyBudget, bytes: number) {
  const held = await budget.acquire(bytes);
  if (!held) throw new Error("There was no room");
  return held;
}

describe("BodyBudget", () => {
  it("lets in what fits, and lets the rest wait its turn", async () => {
    const budget = new BodyBudget(100);
    const first = await hold(budget, 60);
    const second = await hold(budget, 40);
    const order: string[] = [];
    const large = budget.acquire(61).then(() => order.push("large"));
    const small = budget.acquire(1).then(() => order.push("small"));
    budget.release(second);
    // There would be room for the small one: it was not first.
    await scheduler.wait(100);
    expect(order).toEqual([]);
    budget.release(first);
    await Promise.all([large, small]);
    expect(order).toEqual(["large", "small"]);
  });

  it("counts what is given back once", async () => {
    const budget = new BodyBudget(100, { waitMs: 0 });
    const first = await hold(budget, 50);
    await hold(budget, 50);
    budget.release(first);
    budget.release(first);
    await hold(budget, 50);
    expect(await budget.acquire(1)).toBeNull();
  });

  it("refuses who has waited for too long, and lets the next one in", async () => {
    const budget = new BodyBudget(100, { waitMs: 50 });
    const first = await hold(budget, 100);
    expect(await budget.acquire(1)).toBeNull();
    const next = budget.acquire(1);
    budget.release(first);
    expect(await next).not.toBeNull();
  });

  it("lets 64 wait, and refuses the next one at once", async () => {
    const budget = new BodyBudget(100);
    const first = await hold(budget, 100);
    const waiting = Array.from({ length: BODIES_WAITING_MAX }, () => budget.acquire(1));
    expect(await budget.acquire(1)).toBeNull();
    budget.release(first);
    expect((await Promise.all(waiting)).every((held) => held !== null)).toBe(true);
  });

  it("passes over one that waited and was cut off, once it has not looked for a second", async () => {
    const clock = vi.spyOn(Date, "now").mockReturnValue(5_000);
    const wait = vi.spyOn(scheduler, "wait");
    try {
      const budget = new BodyBudget(100, { waitMs: 60_000 });
      const first = await hold(budget, 100);
      // The code of a request that is cut off ends wherever it waits.
      wait.mockImplementationOnce(never);
      void budget.acquire(1);
      const next = vi.fn();
      void budget.acquire(1).then(next);
      budget.release(first);
      clock.mockReturnValue(5_999);
      const looks = wait.mock.calls.length;
      await vi.waitUntil(() => wait.mock.calls.length > looks + 1, { timeout: PATIENCE_MS });
      expect(next).not.toHaveBeenCalled();
      clock.mockReturnValue(6_000);
      await vi.waitUntil(() => next.mock.calls.length === 1, { timeout: PATIENCE_MS });
      expect(next).not.toHaveBeenCalledWith(null);
    } finally {
      clock.mockRestore();
      wait.mockRestore();
    }
  });

  it("lets all have their turn who waited while the isolate was busy for longer than that", async () => {
    const clock = vi.spyOn(Date, "now").mockReturnValue(5_000);
    try {
      const budget = new BodyBudget(100, { waitMs: 60_000 });
      const first = await hold(budget, 100);
      const waiting = [1, 2, 3].map(() => hold(budget, 1));
      // None of them has looked for so long when the first of them looks.
      clock.mockReturnValue(7_000);
      budget.release(first);
      expect(await Promise.all(waiting)).toHaveLength(3);
    } finally {
      clock.mockRestore();
    }
  });

  it("takes from one of which nothing comes, not from one that moves on", async () => {
    const budget = new BodyBudget(100);
    const [silent, moving] = [await hold(budget, 50), await hold(budget, 50)];
    silent.movedAt = Date.now() - BODY_SILENT_MAX_MS;
    moving.movedAt = Infinity;
    expect(await budget.acquire(50)).not.toBeNull();
    expect([silent.lost, moving.lost]).toEqual([true, false]);
    // It has nothing to give back any more.
    budget.release(silent);
    budget.release(moving);
    await hold(budget, 50);
    expect(await new BodyBudget(0).acquire(1)).not.toBeNull();
  });

  it("takes from one that takes too long in all", async () => {
    const budget = new BodyBudget(100, { holdMs: 0 });
    const slow = await hold(budget, 100);
    slow.movedAt = Infinity;
    expect(await budget.acquire(1)).not.toBeNull();
    expect(slow.lost).toBe(true);
  });

  it("takes nothing where nobody waits", async () => {
    const budget = new BodyBudget(100, { silentMs: 0, holdMs: 0 });
    const first = await hold(budget, 50);
    await hold(budget, 50);
    expect(first.lost).toBe(false);
  });
});

describe("withBody", () => {
  const request = (body: BodyInit) => new Request("http://localhost/", { method: "POST", body });
  const bytesOf = (body: Uint8Array | { tooLarge: true }) =>
    Promise.resolve("tooLarge" in body ? "too large" : new TextDecoder().decode(body));

  it("gives back its share when the work is done, and when it fails", async () => {
    const budget = new BodyBudget(4, { waitMs: 0 });
    const terms = { maxBytes: 4, budget };
    const inside = withBody(request("body"), terms, async (body) => {
      expect(await budget.acquire(1)).toBeNull();
      return bytesOf(body);
    });
    expect(await inside).toBe("body");
    const failing = async () => withBody(request("body"), terms, () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(await withBody(request("body"), terms, bytesOf)).toBe("body");
  });

  it("reads a body of unknown length up to the limit", async () => {
    const stream = (text: string) =>
      request(
        new ReadableStream({
          type: "bytes",
          start(controller) {
            for (const letter of text) controller.enqueue(new TextEncoder().encode(letter));
            controller.close();
          },
        }),
      );
    const terms = { maxBytes: 5, budget: new BodyBudget(5) };
    expect(await withBody(stream("abc"), terms, bytesOf)).toBe("abc");
    expect(await withBody(stream("abcde"), terms, bytesOf)).toBe("abcde");
    expect(await withBody(stream("abcdef"), terms, bytesOf)).toBe("too large");
    expect(await withBody(request(""), terms, bytesOf)).toBe("");
  });

  it("leaves the rest of a body that is too large", async () => {
    let left = false;
    const endless = new ReadableStream({
      type: "bytes",
      pull: (controller) => controller.enqueue(new Uint8Array(1024)),
      cancel: () => {
        left = true;
      },
    });
    const terms = { maxBytes: 5, budget: new BodyBudget(5) };
    expect(await withBody(request(endless), terms, bytesOf)).toBe("too large");
    expect(left).toBe(true);
  });

  it("refuses by its Content-Length what is too large, and takes no share for it", async () => {
    const budget = new BodyBudget(5, { waitMs: 0 });
    await hold(budget, 5);
    const declared = new Request("http://localhost/", {
      method: "POST",
      body: "abcdef",
      headers: { "Content-Length": "6" },
    });
    const body = await withBody(declared, { maxBytes: 5, budget }, (given) => Promise.resolve(given));
    expect(body).toEqual({ tooLarge: true, bytes: 6 });
  });

  it("notes that the body moves on", async () => {
    const holds: Hold[] = [];
    class Watched extends BodyBudget {
      override async acquire(bytes: number) {
        const held = await hold(new BodyBudget(bytes), bytes);
        held.movedAt = 0;
        holds.push(held);
        return held;
      }
    }
    await withBody(request("body"), { maxBytes: 4, budget: new Watched(4) }, bytesOf);
    expect(holds[0]?.movedAt).toBeGreaterThan(0);
  });

  it("ends with 503 and a time to come back where there is no room, or others needed it more", async () => {
    const budget = new BodyBudget(4, { silentMs: 50 });
    const silent = new ReadableStream({ type: "bytes", pull: never });
    const stopped = withBody(request(silent), { maxBytes: 4, budget }, bytesOf).catch(
      (error: unknown) => error,
    );
    expect(await withBody(request("body"), { maxBytes: 4, budget }, bytesOf)).toBe("body");
    const full = new BodyBudget(4, { waitMs: 0 });
    await hold(full, 4);
    const refused = withBody(request("body"), { maxBytes: 4, budget: full }, bytesOf).catch(
      (error: unknown) => error,
    );
    for (const error of [await stopped, await refused]) {
      if (!(error instanceof Refusal)) throw error;
      expect(error.failure).toMatchObject({ code: "unavailable", retryAfterMs: 2_000 });
    }
  });
});

describe("PUT image", () => {
  it("gives way where its client sends nothing more, while others wait for the memory", async () => {
    const { id } = await postDocument();
    const path = `/v1/documents/${id}/image`;
    const headers = { "Content-Length": String(IMAGE_BODIES_BYTES) };
    // Enough to be known as a WebP, which is received as a whole.
    const head = new Uint8Array(UNSUPPORTED_HEAD_BYTES);
    head.set(webpLossy(1, 1).slice(0, 20));
    const body = new ReadableStream({
      type: "bytes",
      start: (controller) => controller.enqueue(head),
      pull: never,
    });
    const stalled = call(path, { method: "PUT", body, headers });
    const next = await call(path, { method: "PUT", body: tinyPng });
    expect(next.status).toBe(200);
    const response = await stalled;
    expect([response.status, response.headers.get("Retry-After")]).toEqual([503, "2"]);
    expect((await readProblem(response)).code).toBe("unavailable");
  });
});
