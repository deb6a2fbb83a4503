import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Sheet } from "../tools/gallery-sheets.ts";
import { projectRoot } from "../tools/project.ts";
import { drawSheet } from "../tools/render-sheet.ts";
import type { Measurement, Scenario } from "./harness.ts";
import { installPackages } from "./install-packages.ts";
import { measurePillow } from "./pillow/pillow.ts";
import { hasPython } from "./python.ts";
import { runBench } from "./run-bench.ts";
import { type LocalServer, startWorker } from "./server.ts";

/**
 * `npm run bench:export [-- --rounds 5 --json FILE --only jpg]`: the renderer, warm, in the Workers runtime, beside
 * sharp (native, one thread, in a process of its own) laying the same SVG over the same picture, and beside Pillow,
 * where it is installed, drawing the same annotations with its own lines and letters, which it does not smooth.
 * Rendering is asked for in a request (`bench/renderer`): a job's queue and polling would be measured too otherwise,
 * and a second job for the same picture is answered with a copy.
 */

const ACETATE = "Acetate";
const SHARP = "sharp";
const PILLOW = "Pillow";
const MIB = 1024 * 1024;

type Format = "png" | "jpg";
type Ground = { picture: Uint8Array<ArrayBuffer> } | { width: number; height: number };

await runBench((state) => {
  let started: Promise<LocalServer> | undefined;
  const compared = async (
    name: string,
    atMost: number | undefined,
    count: number,
    format: Format,
    ground: GroundOf,
  ) => {
    const server = await (started ??= startWorker("bench/renderer", path.join(state, "renderer")));
    return compare({ name, atMost, count, format, ground: await ground(server.url), server, state });
  };
  return {
    jpg: () => compared("A JPEG of 2 MP with 50 annotations as JPG", 2, 50, "jpg", readPhoto),
    png: () => compared("A PNG of 2 MP with 200 annotations as PNG", 2, 200, "png", makePng),
    blank: () =>
      compared("A blank sheet of 4 MP with 2,000 annotations as PNG", undefined, 2_000, "png", async () => ({
        width: 2_400,
        height: 1_667,
      })),
  };
});

type GroundOf = (service: URL) => Promise<Ground>;

async function readPhoto(): Promise<{ picture: Uint8Array<ArrayBuffer> }> {
  const file = path.join(projectRoot, "test", "fixtures", "exif-landscape-1.jpg");
  return { picture: Uint8Array.from(await readFile(file)) };
}

/** The photo as PNG, as the service writes it. */
async function makePng(service: URL): Promise<{ picture: Uint8Array<ArrayBuffer> }> {
  const { id } = await drawSheet(service, { name: "plain", annotations: [] }, await readPhoto());
  return { picture: Uint8Array.from((await render(service, id, "png")).file) };
}

interface Compared {
  name: string;
  atMost: number | undefined;
  count: number;
  format: Format;
  ground: Ground;
  server: LocalServer;
  state: string;
}

async function compare({ name, atMost, count, format, ground, server, state }: Compared): Promise<Scenario> {
  const size = "picture" in ground ? { width: 1_800, height: 1_200 } : ground;
  const sheet = scatter(count, size);
  const drawn = await drawSheet(server.url, sheet, ground);
  const overlaid = await drawSheet(server.url, sheet, size);
  const overlay = path.join(state, `${format}-${count}.svg`);
  await writeFile(overlay, (await render(server.url, overlaid.id, "svg")).file);
  const picture = "picture" in ground ? path.join(state, `picture-${count}`) : undefined;
  if ("picture" in ground && picture !== undefined) await writeFile(picture, ground.picture);
  installPackages(path.join(import.meta.dirname, "sharp"));
  const child = fork(path.join(import.meta.dirname, "sharp", "render.ts"));
  child.unref();
  const pillow = hasPython("PIL", "python3-pil fonts-dejavu-core");
  const job = { picture: picture ?? null, ...size, annotations: sheet.annotations, format };
  return {
    name,
    contenders: [
      { name: ACETATE, measure: () => measureRenderer(server.url, drawn.id, format) },
      { name: SHARP, measure: () => askSharp(child, { picture, overlay, format }) },
      ...(pillow ? [{ name: PILLOW, measure: async () => measurePillow(job) }] : []),
    ],
    comparisons: [
      { unit: "ms", of: ACETATE, to: [SHARP], ...(atMost !== undefined && { goal: { atMost } }) },
      ...(pillow ? [{ unit: "ms", of: ACETATE, to: [PILLOW] }] : []),
    ],
  };
}

async function measureRenderer(service: URL, document: string, format: Format): Promise<Measurement> {
  const start = performance.now();
  const { peakBytes } = await render(service, document, format);
  return { ms: performance.now() - start, "MiB counted at most": peakBytes / MIB };
}

async function askSharp(child: ChildProcess, job: object): Promise<Measurement> {
  child.ref();
  child.send(job);
  const [answer] = (await once(child, "message")) as [unknown];
  child.unref();
  child.channel?.unref();
  const { ms, rss } = z.object({ ms: z.number(), rss: z.number() }).parse(answer);
  return { ms, "MiB of the process at most": rss };
}

async function render(
  service: URL,
  document: string,
  format: Format | "svg",
): Promise<{ file: Buffer; peakBytes: number }> {
  const response = await fetch(new URL(`/bench/render?document=${document}&format=${format}`, service));
  if (!response.ok) throw new Error(`The renderer answered ${response.status}: ${await response.text()}`);
  return {
    file: Buffer.from(await response.arrayBuffer()),
    peakBytes: Number(response.headers.get("x-peak-bytes")),
  };
}

/** Boxes, strokes, arrows and words, spread evenly. */
function scatter(count: number, { width, height }: { width: number; height: number }): Sheet {
  const columns = Math.ceil(Math.sqrt(count * 1.5));
  const step = width / columns;
  const annotations = Array.from({ length: count }, (_, index): Sheet["annotations"][number] => {
    const x = (index % columns) * step;
    const y = (Math.floor(index / columns) * step) % (height - step);
    const style = { stroke: index % 2 ? "#1565c0" : "#d81b60", stroke_width: 4 };
    switch (index % 4) {
      case 0:
        return {
          type: "box",
          geometry: { x, y, width: step, height: step * 0.8 },
          style: { ...style, fill: "#ffb30040" },
        };
      case 1:
        return {
          type: "text",
          text: `Wall ${index}`,
          geometry: { x, y },
          style: { ...style, font_size: 24 },
        };
      case 2:
        return {
          type: "arrow",
          geometry: {
            points: [
              [x, y],
              [x + step, y + step],
            ],
          },
          style,
        };
      default: {
        const points = Array.from({ length: 60 }, (_, turn): [number, number] => [
          x + (step * turn) / 60,
          y + (step / 2) * (1 + Math.sin(turn / 4)),
        ]);
        return { type: "freehand", geometry: { points }, style };
      }
    }
  });
  return { name: `${count} annotations`, annotations };
}
