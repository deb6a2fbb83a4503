import { execFileSync } from "node:child_process";
import path from "node:path";
import { z } from "zod";
import type { Measurement } from "../harness.ts";

/** Debian's own: the package is not seen by another Python. */
const PYTHON = "/usr/bin/python3";

export interface PillowJob {
  /** null: a white sheet of the size. */
  picture: string | null;
  width: number;
  height: number;
  annotations: readonly object[];
  format: "png" | "jpg";
}

const answerSchema = z.object({ ms: z.number(), mib: z.number() });

export function hasPillow(): boolean {
  try {
    execFileSync(PYTHON, ["-c", "import PIL"], { stdio: "ignore" });
    return true;
  } catch {
    console.error("Without Pillow. On Debian:\n  apt-get install python3-pil fonts-dejavu-core");
    return false;
  }
}

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
