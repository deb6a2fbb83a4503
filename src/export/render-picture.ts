import type { ExportOptions } from "../protocol/model/export-job.ts";
import { sceneDrawings, type Scene } from "./collect-scene.ts";
import { ExportFailure } from "../export-failure.ts";
import { sumBytes, type ExportedFile } from "../files/exported-file.ts";
import { createJpegSink } from "../raster/encode/jpeg-sink.ts";
import { createPngSink } from "../raster/encode/png-sink.ts";
import { createWebpSink } from "../raster/encode/webp-sink.ts";
import { drawingBytes, type Drawing } from "../scene/draw-annotation.ts";
import { viewFrame, type View } from "../scene/scene-svg.ts";
import { blendLayer, onWhite } from "../raster/draw/blend.ts";
import { timeDrawings } from "../raster/draw/drawing-time.ts";
import { drawOverlay, initOverlay } from "../raster/draw/overlay.ts";
import type { PictureSource } from "../raster/decode/picture-source.ts";
import { resizeRows } from "../raster/resize.ts";
import {
  createBlankSource,
  parseColor,
  stackSources,
  type RowSink,
  type RowSource,
} from "../raster/row-source.ts";
import { Turns } from "../event-loop.ts";

export type PictureFormat = "png" | "jpg" | "webp";

export interface PictureJob {
  scene: Scene;
  format: PictureFormat;
  options: ExportOptions;
  /** Output pixels, all of them; those of the frame, which are the upper ones. */
  size: { width: number; height: number };
  frameSize: { width: number; height: number };
}

/** Told after each band how much is done, 0–1. It may throw to end the work. */
export type ReportProgress = (done: number) => Promise<void>;

/** Output pixels that are drawn at once: the overlay of a band takes 2 MiB, and resvg some more of the same. */
const BAND_PIXELS = 512 * 1024;

/** Bytes that each of these pixels takes: the band, its overlay and what the sink makes of it; and what a stroke covers of it. */
const BAND_PIXEL_BYTES = 3 * 4 + 1;
/** Layers after which a job says that it goes on: some seconds of them at most, on whatever machine, and the lease is for twenty. */
const REPORT_LAYERS = 16;
/**
 * How long a scene may take to draw by the estimate: a fifth of the CPU that a queue's consumer has (300 s, `wrangler.toml`), for machines that
 * are slower than the one it was made on, and for what it gets wrong.
 */
const DRAWING_MAX_MS = 60_000;
/** What a job may hold, of the 128 MB that an isolate has. */
const MEMORY_MAX_BYTES = 96 * 1024 * 1024;
/** Measured: resvg's memory, which is kept for the life of the isolate, grows to this. */
const RASTERIZER_BYTES = 8 * 1024 * 1024;

/**
 * Draws the scene over the picture (or over a sheet of the background's colour) and writes the file. It goes from top to bottom
 * in bands, and lets others work between them.
 */
export async function renderPicture(
  { scene, format, options, size, frameSize }: PictureJob,
  picture: PictureSource | undefined,
  reportProgress: ReportProgress,
): Promise<ExportedFile> {
  await initOverlay();
  const { width, height } = size;
  const ground = parseColor(options.background);
  const framed = picture
    ? resizeRows(picture, width, frameSize.height)
    : createBlankSource(width, frameSize.height, ground);
  const legendRows = height - frameSize.height;
  // The legend draws its own ground.
  const rows =
    legendRows > 0 ? stackSources(framed, createBlankSource(width, legendRows, onWhite(ground))) : framed;
  const sinks: Record<PictureFormat, () => RowSink> = {
    png: () => createPngSink(width, height, !rows.opaque),
    jpg: () => createJpegSink(width, height, options.quality, rows.opaque ? undefined : onWhite(ground)),
    webp: () => createWebpSink(width, height, options.quality),
  };
  const sceneBytes = checkMemory(picture, sceneDrawings(scene), format === "webp" ? width * height * 4 : 0);
  const sink = sinks[format]();
  const view = viewFrame(scene.frame, frameSize);
  await copyBands(rows, sceneDrawings(scene), view, sink, reportProgress);
  // Pixels and drawings make room for the encoder.
  scene.drawings.length = 0;
  await picture?.close();
  const parts = await sink.finish();
  const warnings = [...(picture?.warnings ?? []), ...scene.warnings];
  const fileBytes = sumBytes(parts);
  const drawnBytes = countPeak((picture?.memoryBytes() ?? 0) + sceneBytes, sink, fileBytes, width);
  const peakBytes = Math.max(drawnBytes, (picture?.decodingBytes?.() ?? 0) + sceneBytes);
  return { parts, size: fileBytes, width, height, warnings, peakBytes };
}

/** Throws `ExportFailure` where it would take too long to draw the scene. */
export function checkTime({
  scene,
  size,
  frameSize,
}: Pick<PictureJob, "scene" | "size" | "frameSize">): void {
  const view = viewFrame(scene.frame, frameSize);
  const ms = timeDrawings(sceneDrawings(scene), view, bandHeightOf(size));
  if (ms <= DRAWING_MAX_MS) return;
  throw new ExportFailure(
    `What is on the document would take about ${Math.ceil(ms / 60_000)} minutes to draw, more than the ${DRAWING_MAX_MS / 60_000} there is. Export some of the annotations (annotations: types, labels, authors), simplify long strokes, or choose a smaller scale or the format svg.`,
  );
}

function bandHeightOf({ width, height }: PictureJob["size"]): number {
  return Math.max(1, Math.min(height, Math.floor(BAND_PIXELS / width)));
}

async function copyBands(
  rows: RowSource,
  drawings: readonly Drawing[],
  view: View,
  sink: RowSink,
  reportProgress: ReportProgress,
): Promise<void> {
  const { width, height } = rows;
  const bandHeight = bandHeightOf(rows);
  const buffer = new Uint8Array(width * bandHeight * 4);
  const turns = new Turns();
  let layers = 0;
  for (let top = 0; top < height; top += bandHeight) {
    const count = Math.min(bandHeight, height - top);
    const band = buffer.subarray(0, width * count * 4);
    await rows.readRows(top, count, band);
    const window = { ...view, width, height: count, originY: view.originY - top };
    for (const layer of drawOverlay(drawings, window)) {
      blendLayer(band, width, layer);
      // Thousands of strokes may cross one band.
      await turns.pass();
      if (++layers % REPORT_LAYERS > 0) continue;
      await scheduler.wait(0);
      await reportProgress(top / height);
    }
    await sink.writeRows(band);
    await reportProgress((top + count) / height);
    // A timer also moves the clock on: where deployed it stands still while the code computes.
    await scheduler.wait(0);
  }
}

/** Bytes of the drawings. Throws `ExportFailure` where the picture, they and the sink's rows are too much together. */
function checkMemory(
  picture: PictureSource | undefined,
  drawings: readonly Drawing[],
  rowBytes: number,
): number {
  const scene = drawings.reduce((sum, drawing) => sum + drawingBytes(drawing), 0);
  const held = (picture?.memoryBytes() ?? 0) + scene + rowBytes;
  if (held + BAND_PIXELS * BAND_PIXEL_BYTES + RASTERIZER_BYTES <= MEMORY_MAX_BYTES) return scene;
  throw new ExportFailure(
    "The picture and what is drawn on it are too much to be in memory together. Delete some annotations, simplify long strokes, or upload a smaller picture.",
  );
}

/**
 * What the job held at most: either while it drew, with `shown` bytes of picture and drawings, or while it made the file, without. The
 * file grows while a picture is drawn, but for one that is made as a whole at the end.
 */
function countPeak(shown: number, sink: RowSink, fileBytes: number, width: number): number {
  const held = sink.memoryBytes?.();
  const bands = Math.max(BAND_PIXELS, width) * BAND_PIXEL_BYTES + RASTERIZER_BYTES;
  const drawing = shown + bands + (held ? held.rows : fileBytes);
  const encoding = held ? held.rows + held.encoder + fileBytes + RASTERIZER_BYTES : 0;
  return Math.max(drawing, encoding);
}
