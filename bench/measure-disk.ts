import { open } from "node:fs/promises";
import path from "node:path";
import type { Measurement } from "./harness.ts";

const WRITES = 200;
const PAGE = Buffer.alloc(4096, 1);

/**
 * What the disk under a folder takes to make one page durable. Whoever acknowledges only what is durable waits for it:
 * Acetate and the bare log do, the peers don't.
 */
export async function measureDisk(folder: string): Promise<Measurement> {
  const file = await open(path.join(folder, "disk-probe"), "w");
  const times: number[] = [];
  for (let index = 0; index < WRITES; index++) {
    const start = performance.now();
    await file.write(PAGE);
    await file.datasync();
    times.push(performance.now() - start);
  }
  await file.close();
  times.sort((one, other) => one - other);
  return { "median ms": times[WRITES / 2] ?? 0, "p99 ms": times[WRITES * 0.99] ?? 0 };
}
