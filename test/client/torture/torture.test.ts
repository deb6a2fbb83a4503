import { expect, it } from "vitest";
import { torture } from "./torture.ts";

it("loses nothing and does nothing twice, whatever happens to network, service and clients", async () => {
  const seed = process.env["TORTURE_SEED"] ?? String(Math.floor(Math.random() * 1e9));
  const content = Number(seed) % 2 === 0 ? "bytes" : "yjs";
  const result = await torture({
    seed,
    edits: 300,
    content,
    mishaps: ["slow", "cutWithin", "crashAll", "killAndCopy", "freeze", "rollBack", "crash", "clear"],
  });
  expect(result.problems, `npm run test:torture -- --seed ${seed} --edits 300 --content ${content}`).toEqual(
    [],
  );
  // What was made after everything was well again was answered, whatever became of the rest.
  expect(result.saved + result.refused).toBeGreaterThanOrEqual(result.inPeace);
}, 600_000);
