import type { ExportOptions } from "../protocol/model/export-job.ts";
import { sumBytes, type ExportedFile } from "../files/exported-file.ts";
import { createJpegSink } from "../raster/encode/jpeg-sink.ts";
import { createPngSink } from "../raster/encode/png-sink.ts";
import { createWebpSink } from "../raster/encode/webp-sink.ts";
import { viewFrame, type View } from "../scene/scene-svg.ts";
import { blendLayer, onWhite } from "../raster/draw/blend.ts";
import { estimateDrawings } from "../raster/draw/drawing-time.ts";
import type { MeasuredDrawing } from "../raster/draw/measure-drawing.ts";
import { drawOverlay, PAINTER_BYTES } from "../raster/draw/overlay.ts";
import { initRasterizer } from "../raster/draw/rasterize.ts";
import type { ImageSource } from "../raster/decode/image-source.ts";
import { resizeRows } from "../raster/resize.ts";
import {
  createBlankSource,
  parseColor,
  stackSources,
  type RowSink,
  type RowSource,
} from "../raster/row-source.ts";
import { createYielder } from "../event-loop.ts";
import { ExportFailure } from "./export-failure.ts";
import { allDrawings, drawingBytes, type ExportScene } from "./export-scene.ts";

export type RasterFormat = "png" | "jpg" | "webp";

export interface RasterJob {
  scene: ExportScene;
  format: RasterFormat;
  options: ExportOptions;
  /** Output pixels: of the whole picture, and of the frame, which is its upper part. */
  size: { width: number; height: number };
  frameSize: { width: number; height: number };
}

/** Called after each band with how much is done, 0–1. May throw to end the work. */
export type ReportProgress = (done: number) => Promise<void>;

/** Output pixels drawn at once: the overlay of a band takes 2 MiB, and resvg needs about as much again. */
const BAND_PIXELS = 512 * 1024;

/** Bytes for each of these pixels: the band, its overlay, what the sink makes of it, and a stroke's coverage. */
const BAND_PIXEL_BYTES = 3 * 4 + 1;
/**
 * Milliseconds of drawing, as estimated, between two reports of progress. They are a few seconds at most on any machine,
 * and a lease lasts twenty. The clock can't tell: it stands still in a deployed Worker while code computes.
 */
const REPORT_MS = 500;
/**
 * The longest estimate for drawing a scene: a fifth of the CPU time of a queue's consumer (300 s, `wrangler.toml`). The
 * rest is for slower machines and for errors of the estimate.
 */
const DRAWING_MAX_MS = 60_000;
/** The most bytes that a job may hold, of the 128 MB of an isolate. */
const MEMORY_MAX_BYTES = 96 * 1024 * 1024;
/** resvg's memory grows to this, as measured, and stays for the life of the isolate. */
const RASTERIZER_BYTES = 8 * 1024 * 1024;
/** What drawing holds beside the image, the drawings and the file. */
const DRAWING_BYTES = RASTERIZER_BYTES + PAINTER_BYTES;

/**
 * Draws the scene over the image, or over a sheet in the background's colour, and encodes the picture. Works from top
 * to bottom in bands, and yields to other requests between them.
 */
export async function renderRaster(
  { scene, format, options, size, frameSize }: RasterJob,
  image: ImageSource | undefined,
  reportProgress: ReportProgress,
): Promise<ExportedFile> {
  await initRasterizer();
  const { width, height } = size;
  const ground = parseColor(options.background);
  const framed = image
    ? resizeRows(image, width, frameSize.height)
    : createBlankSource(width, frameSize.height, ground);
  const footerRows = height - frameSize.height;
  // What lies below the frame draws its own ground.
  const rows =
    footerRows > 0 ? stackSources(framed, createBlankSource(width, footerRows, onWhite(ground))) : framed;
  const sinks: Record<RasterFormat, () => RowSink> = {
    png: () => createPngSink(width, height, !rows.opaque),
    jpg: () => createJpegSink(width, height, options.quality, rows.opaque ? undefined : onWhite(ground)),
    webp: () => createWebpSink(width, height, options.quality),
  };
  const sceneBytes = checkMemory(image, scene, format === "webp" ? width * height * 4 : 0);
  const sink = sinks[format]();
  const view = viewFrame(scene.frame, frameSize);
  await copyBands(rows, allDrawings(scene), view, sink, reportProgress);
  // Frees memory for the encoder.
  scene.drawings.length = 0;
  await image?.close();
  const parts = await sink.finish();
  const warnings = [...(image?.warnings ?? []), ...scene.warnings];
  const fileBytes = sumBytes(parts);
  const drawnBytes = countPeak((image?.memoryBytes() ?? 0) + sceneBytes, sink, fileBytes, width);
  const peakBytes = Math.max(drawnBytes, (image?.decodingBytes?.() ?? 0) + sceneBytes);
  return { parts, size: fileBytes, width, height, warnings, peakBytes };
}

/** Throws `ExportFailure` if drawing the scene would take too long. */
export function checkTime({ scene, size, frameSize }: Pick<RasterJob, "scene" | "size" | "frameSize">): void {
  const view = viewFrame(scene.frame, frameSize);
  const ms = estimateDrawings(allDrawings(scene), view, bandHeightOf(size));
  if (ms <= DRAWING_MAX_MS) return;
  throw new ExportFailure(
    `What is on the document would take about ${Math.ceil(ms / 60_000)} minutes to draw, more than the ${DRAWING_MAX_MS / 60_000} there is. Export some of the annotations (annotations: types, labels, authors), simplify long strokes, or choose a smaller scale or the format svg.`,
  );
}

function bandHeightOf({ width, height }: RasterJob["size"]): number {
  return Math.max(1, Math.min(height, Math.floor(BAND_PIXELS / width)));
}

async function copyBands(
  rows: RowSource,
  drawings: readonly MeasuredDrawing[],
  view: View,
  sink: RowSink,
  reportProgress: ReportProgress,
): Promise<void> {
  const { width, height } = rows;
  const bandHeight = bandHeightOf(rows);
  const buffer = new Uint8Array(width * bandHeight * 4);
  const yieldToEventLoop = createYielder();
  let unreported = 0;
  for (let top = 0; top < height; top += bandHeight) {
    const count = Math.min(bandHeight, height - top);
    const band = buffer.subarray(0, width * count * 4);
    await rows.readRows(top, count, band);
    const window = { ...view, width, height: count, originY: view.originY - top };
    for (const layer of drawOverlay(drawings, window)) {
      blendLayer(band, width, layer);
      // A band may be crossed by thousands of strokes.
      await yieldToEventLoop();
      unreported += layer.ms;
      if (unreported < REPORT_MS) continue;
      unreported = 0;
      await scheduler.wait(0);
      await reportProgress(top / height);
    }
    await sink.writeRows(band);
    await reportProgress((top + count) / height);
    // The timer also advances the clock, which stands still in a deployed Worker while code computes.
    await scheduler.wait(0);
  }
}

/**
 * Returns the bytes of the drawings. Throws `ExportFailure` if these, the image and the sink's rows don't fit into
 * memory together.
 */
function checkMemory(image: ImageSource | undefined, scene: ExportScene, rowBytes: number): number {
  const bytes = allDrawings(scene).reduce((sum, drawing) => sum + drawingBytes(drawing), scene.outlineBytes);
  const held = (image?.memoryBytes() ?? 0) + bytes + rowBytes;
  if (held + BAND_PIXELS * BAND_PIXEL_BYTES + DRAWING_BYTES <= MEMORY_MAX_BYTES) return bytes;
  throw new ExportFailure(
    "The picture and what is drawn on it are too much to be in memory together. Delete some annotations, simplify long strokes, or upload a smaller picture.",
  );
}

/**
 * The most bytes the job held: either while it drew, with `shown` bytes of image and drawings, or while it encoded,
 * without them. A file made by rows grows while it is drawn; one that is encoded as a whole only exists at the end.
 */
function countPeak(shown: number, sink: RowSink, fileBytes: number, width: number): number {
  const held = sink.memoryBytes?.();
  const bands = Math.max(BAND_PIXELS, width) * BAND_PIXEL_BYTES + DRAWING_BYTES;
  const drawing = shown + bands + (held ? held.rows : fileBytes);
  const encoding = held ? held.rows + held.encoder + fileBytes + RASTERIZER_BYTES : 0;
  return Math.max(drawing, encoding);
}
