import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Sheet } from "../tools/gallery-sheets.ts";
import { projectRoot } from "../tools/project.ts";
import { drawSheet } from "../tools/render-sheet.ts";
import type { Comparison, Contender, Measurement, Scenario } from "./harness.ts";
import { measurePillow } from "./pillow/pillow.ts";
import { hasPython } from "./python.ts";
import { runBench } from "./run-bench.ts";
import { scatter, scatterLabels } from "./scatter.ts";
import { type LocalServer, startWorker } from "./server.ts";
import { Sharp } from "./sharp/client.ts";

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
const THUMBNAIL_SIZE = 512;
/** Of the files that are timed; sharp's have the same. */
const QUALITY = 85;
/** Of the file whose pixels and size are compared with libjpeg-turbo's. */
const COMPARED_QUALITY = 90;

type Format = "png" | "jpg" | "webp";
interface Size {
  width: number;
  height: number;
}
/** What is drawn on: a picture's file, or a white sheet. */
type Ground = Size & { picture?: string };

interface Task {
  name: string;
  ground: Ground;
  sheet: Sheet;
  format: Format;
  /** Of sharp's time. */
  atMost?: number;
  /** Of the memory that the renderer counts. */
  atMostMib?: number;
  pillow?: boolean;
}

const MEGAPIXELS_2 = { width: 1_800, height: 1_200 };
const MEGAPIXELS_12 = { width: 4_000, height: 3_000 };
const MEGAPIXELS_24 = { width: 6_000, height: 4_000 };
const MEGAPIXELS_48 = { width: 8_000, height: 6_000 };
const photo = path.join(projectRoot, "test", "fixtures", "exif-landscape-1.jpg");

await runBench((state) => {
  let started: Promise<LocalServer> | undefined;
  const startRenderer = () => (started ??= startWorker("bench/renderer", path.join(state, "renderer")));
  const sharp = new Sharp(state);
  const onPhoto = async (
    size: Size,
    sheet: Sheet,
    format: Format,
    goals: Partial<Task>,
  ): Promise<Scenario> => {
    const ground = { ...size, picture: await sharp.makePhoto(size) };
    const name = `A JPEG of ${megapixels(size)} with ${sheet.name} as ${format.toUpperCase()}`;
    return compare({ name, ground, sheet, format, ...goals }, await startRenderer(), sharp);
  };
  const plain = { name: "nothing on it", annotations: [] };
  return {
    jpg: async () => {
      const ground = { ...MEGAPIXELS_2, picture: photo };
      const name = "A JPEG of 2 MP with 50 annotations as JPG";
      const task = {
        name,
        ground,
        sheet: scatter(50, ground),
        format: "jpg",
        atMost: 0.9,
        pillow: true,
      } as const;
      return compare(task, await startRenderer(), sharp);
    },
    png: async () => {
      const service = await startRenderer();
      const drawn = await drawSheet(service.url, plain, { picture: Uint8Array.from(await readFile(photo)) });
      const picture = path.join(state, "photo.png");
      await writeFile(picture, (await render(service.url, drawn.id, "png")).file);
      const ground = { ...MEGAPIXELS_2, picture };
      const name = "A PNG of 2 MP with 200 annotations as PNG";
      const task = {
        name,
        ground,
        sheet: scatter(200, ground),
        format: "png",
        atMost: 1.5,
        pillow: true,
      } as const;
      return compare(task, service, sharp);
    },
    blank: async () => {
      const ground = { width: 2_400, height: 1_667 };
      const name = "A blank sheet of 4 MP with 2,000 annotations as PNG";
      const task = { name, ground, sheet: scatter(2_000, ground), format: "png", pillow: true } as const;
      return compare(task, await startRenderer(), sharp);
    },
    jpg12: () => onPhoto(MEGAPIXELS_12, scatter(200, MEGAPIXELS_12), "jpg", { atMost: 0.8, atMostMib: 32 }),
    jpg48: () => onPhoto(MEGAPIXELS_48, scatter(200, MEGAPIXELS_48), "jpg", { atMost: 0.7, atMostMib: 48 }),
    progressive: async () => {
      const picture = await sharp.makePhoto(MEGAPIXELS_12, { progressive: true });
      const ground = { ...MEGAPIXELS_12, picture };
      const name = "A progressive JPEG of 12 MP with 200 annotations as JPG";
      const task = { name, ground, sheet: scatter(200, ground), format: "jpg", atMost: 0.9 } as const;
      return compare(task, await startRenderer(), sharp);
    },
    turned: async () => {
      const stored = { width: MEGAPIXELS_12.height, height: MEGAPIXELS_12.width };
      const picture = await sharp.makePhoto(stored, { orientation: 6 });
      const ground = { ...MEGAPIXELS_12, picture };
      const name = "A JPEG of 12 MP, turned by its orientation, with 200 annotations as JPG";
      const task = { name, ground, sheet: scatter(200, ground), format: "jpg" } as const;
      return compare(task, await startRenderer(), sharp);
    },
    copy: () => onPhoto(MEGAPIXELS_12, plain, "jpg", { atMost: 1 }),
    png12: () => onPhoto(MEGAPIXELS_12, scatter(200, MEGAPIXELS_12), "png", { atMost: 1.5 }),
    webp12: () => onPhoto(MEGAPIXELS_12, scatter(200, MEGAPIXELS_12), "webp", {}),
    labels: () => onPhoto(MEGAPIXELS_24, scatterLabels(2_000, MEGAPIXELS_24), "jpg", { atMost: 1.5 }),
    thumbnail: async () =>
      compareThumbnails(await sharp.makePhoto(MEGAPIXELS_48), await startRenderer(), sharp),
    decoder: async () => comparePixels(await sharp.makePhoto(MEGAPIXELS_12), await startRenderer(), sharp),
    encoder: async () => compareFiles(await sharp.makePhoto(MEGAPIXELS_12), await startRenderer(), sharp),
  };
});

function megapixels({ width, height }: Size): string {
  return `${Math.round((width * height) / 1e6)} MP`;
}

async function compare(task: Task, { url }: LocalServer, sharp: Sharp): Promise<Scenario> {
  const { name, ground, sheet, format, atMost, atMostMib } = task;
  const { width, height, picture } = ground;
  const drawn = await drawSheet(
    url,
    sheet,
    picture === undefined ? ground : { picture: Uint8Array.from(await readFile(picture)) },
  );
  const overlaid = await drawSheet(url, sheet, { width, height });
  const overlay = sheet.annotations.length > 0 ? (await render(url, overlaid.id, "svg")).file : undefined;
  const withPillow =
    task.pillow === true && format !== "webp" && hasPython("PIL", "python3-pil fonts-dejavu-core");
  const { annotations } = sheet;
  const contenders: Contender[] = [
    { name: ACETATE, measure: () => measureRenderer(url, drawn.id, format) },
    { name: SHARP, measure: () => sharp.render({ ...ground, overlay, format }) },
  ];
  const comparisons: Comparison[] = [
    { unit: "ms", of: ACETATE, to: [SHARP], ...(atMost !== undefined && { goal: { atMost } }) },
  ];
  if (atMostMib !== undefined) {
    comparisons.push({ unit: "MiB counted at most", of: ACETATE, to: [], goal: { atMost: atMostMib } });
  }
  if (withPillow) {
    const job = { picture: picture ?? null, width, height, annotations, format };
    contenders.push({ name: PILLOW, measure: async () => measurePillow(job) });
    comparisons.push({ unit: "ms", of: ACETATE, to: [PILLOW] });
  }
  return { name, contenders, comparisons };
}

async function measureRenderer(service: URL, document: string, format: Format): Promise<Measurement> {
  const start = performance.now();
  const { file, peakBytes } = await render(service, document, format);
  const ms = performance.now() - start;
  return { ms, "MiB counted at most": peakBytes / MIB, "kB of file": file.byteLength / 1e3 };
}

/** How long a thumbnail takes the first time it is asked for: each round asks a new document. */
async function compareThumbnails(file: string, { url }: LocalServer, sharp: Sharp): Promise<Scenario> {
  const picture = Uint8Array.from(await readFile(file));
  return {
    name: `A thumbnail of ${THUMBNAIL_SIZE} pixels of a JPEG of 48 MP`,
    contenders: [
      {
        name: ACETATE,
        measure: async () => {
          const { id } = await drawSheet(url, { name: "thumbnail", annotations: [] }, { picture });
          const start = performance.now();
          const response = await fetch(new URL(`/v1/documents/${id}/thumbnail?size=${THUMBNAIL_SIZE}`, url));
          if (!response.ok)
            throw new Error(`The thumbnail answered ${response.status}: ${await response.text()}`);
          await response.arrayBuffer();
          return { ms: performance.now() - start };
        },
      },
      { name: SHARP, measure: () => sharp.thumbnail(file, THUMBNAIL_SIZE) },
    ],
    comparisons: [{ unit: "ms", of: ACETATE, to: [SHARP], goal: { atMost: 1.5 } }],
  };
}

/** The pixels of a decoded photo beside libjpeg-turbo's. */
async function comparePixels(file: string, { url }: LocalServer, sharp: Sharp): Promise<Scenario> {
  const picture = Uint8Array.from(await readFile(file));
  const unit = "dB from libjpeg-turbo's pixels";
  const measure = async (): Promise<Measurement> => {
    const { id } = await drawSheet(url, { name: "pixels", annotations: [] }, { picture });
    const decoded = await sharp.keep("decoded.png", (await render(url, id, "png")).file);
    return { [unit]: await sharp.psnr(decoded, file) };
  };
  return {
    name: "The pixels of a JPEG of 12 MP",
    contenders: [{ name: ACETATE, measure }],
    comparisons: [{ unit, of: ACETATE, to: [], goal: { atLeast: 50 } }],
    warmUp: false,
  };
}

/** A JPEG of the same pixels and quality beside libjpeg-turbo's: how far from the original, and how large. */
async function compareFiles(file: string, { url }: LocalServer, sharp: Sharp): Promise<Scenario> {
  const picture = Uint8Array.from(await readFile(file));
  const [fidelity, size] = ["dB less than libjpeg-turbo's", "× the size of libjpeg-turbo's"];
  const measure = async (): Promise<Measurement> => {
    const photo = await drawSheet(url, { name: "photo", annotations: [] }, { picture });
    // As a PNG: a JPEG on which nothing is drawn would be copied rather than encoded.
    const pixels = Uint8Array.from((await render(url, photo.id, "png")).file);
    const drawn = await drawSheet(url, { name: "file", annotations: [] }, { picture: pixels });
    const ours = await sharp.keep("ours.jpg", (await render(url, drawn.id, "jpg", COMPARED_QUALITY)).file);
    const theirs = await sharp.encode(file, COMPARED_QUALITY);
    const lost = (await sharp.psnr(theirs.file, file)) - (await sharp.psnr(ours, file));
    return { [fidelity]: lost, [size]: (await readFile(ours)).byteLength / theirs.bytes };
  };
  return {
    name: `A JPEG of 12 MP at quality ${COMPARED_QUALITY}`,
    contenders: [{ name: ACETATE, measure }],
    comparisons: [
      { unit: fidelity, of: ACETATE, to: [], goal: { atMost: 0.5 } },
      { unit: size, of: ACETATE, to: [], goal: { atMost: 1.1 } },
    ],
    warmUp: false,
  };
}

async function render(
  service: URL,
  document: string,
  format: Format | "svg",
  quality = QUALITY,
): Promise<{ file: Buffer; peakBytes: number }> {
  const response = await fetch(
    new URL(`/bench/render?document=${document}&format=${format}&quality=${quality}`, service),
  );
  if (!response.ok) throw new Error(`The renderer answered ${response.status}: ${await response.text()}`);
  return {
    file: Buffer.from(await response.arrayBuffer()),
    peakBytes: Number(response.headers.get("x-peak-bytes")),
  };
}
