import { setTimeout as sleep } from "node:timers/promises";
import type { ExportFormat } from "../../src/protocol/model/export-job.ts";
import { createPictured, measureExport } from "../exports.ts";
import { median, type Measurement } from "../harness.ts";
import type { RoomServer } from "./contenders.ts";
import { percentile, playPaced } from "./measure-paced.ts";
import type { Play } from "./updates.ts";

const PACE = { receivers: 20, perSecond: 200 };
const HEALTH_EVERY_MS = 20;
const ANNOTATIONS = 50;

/**
 * From the write of an update to its arrival, and what a health check takes, while one export after the other is made
 * of another document.
 */
export async function measureWhileExporting(
  server: RoomServer,
  play: Play,
  format: ExportFormat | undefined,
): Promise<Measurement> {
  const { url } = server.server;
  const picture = process.env["BENCH_PICTURE"];
  const pictured = await createPictured(url, {
    annotations: ANNOTATIONS,
    ...(picture !== undefined && { picture }),
  });
  const ended = new AbortController();
  const exports: number[] = [];
  const health: number[] = [];
  const work: Promise<void>[] = [];
  const { "median ms": middle = Number.NaN, "p99 ms": p99 = Number.NaN } = await playPaced(
    server,
    await server.createRoom(),
    play,
    {
      ...PACE,
      onFull: async () => {
        work.push(
          repeat(ended.signal, async () => {
            const start = performance.now();
            await (await fetch(new URL("/v1/health", url))).arrayBuffer();
            health.push(performance.now() - start);
            await sleep(HEALTH_EVERY_MS);
          }),
        );
        if (format) {
          work.push(
            repeat(ended.signal, async () => {
              exports.push(await measureExport(url, pictured, format));
            }),
          );
        }
      },
    },
  );
  ended.abort();
  await Promise.all(work);
  health.sort((one, other) => one - other);
  return {
    "median ms": middle,
    "p99 ms": p99,
    "health median ms": percentile(health, 0.5),
    "health p99 ms": percentile(health, 0.99),
    ...(format && { "export ms": median(exports) }),
  };
}

async function repeat(ended: AbortSignal, work: () => Promise<void>): Promise<void> {
  while (!ended.aborted) await work();
}
