import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { command } from "./commands.ts";
import { Run } from "./run.ts";
import { performStep } from "./steps.ts";

const commands = fc.array(command, { minLength: 20, maxLength: 60, size: "max" });

/**
 * Random clients, over sockets and over REST, against a plain array of the changes that were acknowledged. After
 * every step each message that anyone got, and all that anyone has, is what that array makes.
 */
describe("the room, against a model", () => {
  it(
    "R1 R3 R4 R7 R8 R10 R11 R12 R14 R15 R16 R17 R18 R20 R21 R22 R23 R24 R29 R30 R49 R68 R69 R70 R71 R72 R75 R76 whatever happens, everyone has what the changes make",
    { timeout: 600_000 },
    async () => {
      const runs = Number(env.MODEL_RUNS);
      let operations = 0;
      const joined = { resumed: 0, fresh: 0 };
      await fc.assert(
        fc.asyncProperty(fc.boolean(), commands, async (secured, commands) => {
          const run = await Run.start(secured, performStep);
          for (const one of commands) await run.perform(one);
          const { resumed, fresh } = await run.finish();
          joined.resumed += resumed;
          joined.fresh += fresh;
          operations += run.operations;
        }),
        // What depends on the order in which things happen to arrive shrinks badly, and for minutes.
        { numRuns: runs, seed: 20_261_122, endOnFailure: true },
      );
      // 10,000 in the 40 runs of CI, however the commands are weighted.
      expect(operations).toBeGreaterThan(250 * runs);
      expect(joined.resumed, "clients that were brought up to date").toBeGreaterThan(runs);
      expect(joined.fresh, "clients that started over").toBeGreaterThan(runs);
    },
  );
});
