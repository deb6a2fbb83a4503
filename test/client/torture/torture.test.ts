import { expect, it } from "vitest";
import { torture } from "./torture.ts";

/** `TORTURE_SEED=N npx vitest run --config test/client/vitest.config.ts test/client/torture/torture.test.ts` repeats it. */
const seed = process.env["TORTURE_SEED"] ?? String(Math.floor(Math.random() * 1e9));
const content = Number(seed) % 2 === 0 ? "bytes" : "yjs";

it(`loses nothing and does nothing twice, whatever happens (seed ${seed}, ${content})`, async () => {
  const result = await torture({
    seed,
    edits: 300,
    content,
    mishaps: ["slow", "cutWithin", "crashAll", "killAndCopy", "freeze", "rollBack", "crash", "clear"],
  });
  expect(result.problems).toEqual([]);
  // What was made after everything was well again was answered, whatever became of the rest.
  expect(result.saved + result.refused).toBeGreaterThanOrEqual(result.inPeace);
}, 600_000);
