import { execFileSync } from "node:child_process";
import path from "node:path";
import { z } from "zod";
import type { Measurement } from "../harness.ts";
import { PYTHON } from "../python.ts";

export interface PillowJob {
  /** null: a white sheet of the size. */
  picture: string | null;
  width: number;
  height: number;
  annotations: readonly object[];
  format: "png" | "jpg";
}

const answerSchema = z.object({ ms: z.number(), mib: z.number() });

/** Draws with Pillow in a process of its own, twice: the second time is warm. */
export function measurePillow(job: PillowJob): Measurement {
  const line = `${JSON.stringify(job)}\n`;
  const answers = execFileSync(PYTHON, [path.join(import.meta.dirname, "render.py")], {
    input: line.repeat(2),
    encoding: "utf8",
  });
  const { ms, mib } = answerSchema.parse(JSON.parse(answers.trim().split("\n").at(-1) ?? ""));
  return { ms, "MiB of the process at most": mib };
}
