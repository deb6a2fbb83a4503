import { CHROMA_DEFAULT, type ExportOptions } from "../protocol/model/export-job.ts";
import type { ExportedFile } from "../files/exported-file.ts";
import { PART_BYTES } from "../files/file-writer.ts";
import { createJpegSink } from "../raster/encode/jpeg-sink.ts";
import { createPngSink } from "../raster/encode/png-sink.ts";
import { createWebpSink, webpRowsBytes } from "../raster/encode/webp-sink.ts";
import { viewFrame, type View } from "../scene/scene-svg.ts";
import { blendLayer, onWhite } from "../raster/draw/blend.ts";
import { estimateDrawings } from "../raster/draw/drawing-time.ts";
import type { MeasuredDrawing } from "../raster/draw/measure-drawing.ts";
import { drawOverlay, PAINTER_BYTES } from "../raster/draw/overlay.ts";
import { initRasterizer } from "../raster/draw/rasterize.ts";
import type { ImageCopy, ImageSource } from "../raster/decode/image-source.ts";
import { parseColor, type RowSink } from "../raster/row-source.ts";
import { findUprightPlace, turnSize } from "../raster/turn/orientation.ts";
import { turnLayer } from "../raster/turn/turn-layer.ts";
import { createYielder, pause } from "../event-loop.ts";
import type { WriteBytes } from "../write-bytes.ts";
import { composeRows, type ComposedRows } from "./compose-rows.ts";
import { ExportFailure } from "./export-failure.ts";
import { allDrawings, drawingBytes, type ExportScene } from "./export-scene.ts";
import type { Size } from "./scale-size.ts";

export type RasterFormat = "png" | "jpg" | "webp";

export interface RasterJob {
  scene: ExportScene;
  format: RasterFormat;
  options: ExportOptions;
  /** Output pixels: of the whole picture, and of the frame, which is its upper part. */
  size: { width: number; height: number };
  frameSize: { width: number; height: number };
  /** A JPG's rows are upright, too. Otherwise it keeps the picture's orientation, which takes less memory and time. */
  upright?: boolean;
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
 * Draws the scene over the image, or over a sheet in the background's colour, and writes the encoded picture. Works
 * from top to bottom in bands, and yields to other requests between them.
 */
export async function renderRaster(
  { scene, format, options, size, frameSize, upright = false }: RasterJob,
  image: ImageSource | undefined,
  write: WriteBytes,
  reportProgress: ReportProgress,
): Promise<ExportedFile> {
  const ground = parseColor(options.background);
  const chroma = options.chroma ?? CHROMA_DEFAULT;
  let fileBytes = 0;
  const writeCounted: WriteBytes = async (bytes) => {
    fileBytes += bytes.byteLength;
    await write(bytes);
  };
  // A JPG can keep the picture's orientation.
  const composed = composeRows(image, { size, frameSize, ground }, format === "jpg" && !upright);
  const { rows, orientation, turningBytes } = composed;
  const { width, height } = rows;
  // Where nothing is done to the pixels, none are needed.
  const isUntouched = format === "jpg" && rows === image && allDrawings(scene).length === 0;
  if (isUntouched && image.copy?.chroma === chroma) {
    const copyBytes = await copyImage(image, image.copy, options.quality, writeCounted, reportProgress);
    const peakBytes = image.memoryBytes() + copyBytes + Math.min(fileBytes, PART_BYTES);
    return { ...size, warnings: [...image.warnings, ...scene.warnings], peakBytes };
  }
  await initRasterizer();
  const sinks: Record<RasterFormat, () => RowSink> = {
    png: () => createPngSink(writeCounted, width, height, !rows.opaque),
    jpg: () =>
      createJpegSink(writeCounted, width, height, {
        quality: options.quality,
        chroma,
        ground: rows.opaque ? undefined : onWhite(ground),
        orientation,
      }),
    webp: () => createWebpSink(writeCounted, width, height, options.quality),
  };
  const imageBytes = (image?.memoryBytes() ?? 0) + turningBytes;
  const sceneBytes = checkMemory(
    imageBytes,
    scene,
    format === "webp" ? webpRowsBytes(width, height, rows.opaque) : 0,
  );
  const sink = sinks[format]();
  const view = viewFrame(scene.frame, frameSize);
  await copyBands(composed, allDrawings(scene), view, sink, reportProgress);
  // Frees memory for the encoder.
  scene.drawings.length = 0;
  await image?.close();
  await sink.finish();
  const warnings = [...(image?.warnings ?? []), ...scene.warnings];
  const drawnBytes = countPeak(imageBytes + sceneBytes, sink, fileBytes, width);
  const peakBytes = Math.max(drawnBytes, (image?.decodingBytes?.() ?? 0) + sceneBytes);
  return { ...size, warnings, peakBytes };
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

/** Copies a JPEG, and reports progress as often as it is done for bands. Returns the bytes held. */
async function copyImage(
  { width, height }: Size,
  copy: ImageCopy,
  quality: number,
  write: WriteBytes,
  reportProgress: ReportProgress,
): Promise<number> {
  const bandHeight = bandHeightOf({ width, height });
  let reported = 0;
  return copy.write(write, quality, async (rows) => {
    if (rows < reported + bandHeight && rows < height) return;
    reported = rows;
    await reportProgress(rows / height);
    await pause();
  });
}

async function copyBands(
  { rows, orientation }: ComposedRows,
  drawings: readonly MeasuredDrawing[],
  view: View,
  sink: RowSink,
  reportProgress: ReportProgress,
): Promise<void> {
  const { width, height } = rows;
  const upright = turnSize(orientation, rows);
  const bandHeight = bandHeightOf(rows);
  const buffer = new Uint8Array(width * bandHeight * 4);
  const yieldToEventLoop = createYielder();
  let unreported = 0;
  for (let top = 0; top < height; top += bandHeight) {
    const count = Math.min(bandHeight, height - top);
    const band = buffer.subarray(0, width * count * 4);
    await rows.readRows(top, count, band);
    const place = findUprightPlace({ left: 0, top, width, height: count }, orientation, upright);
    const [originX, originY] = [view.originX - place.left, view.originY - place.top];
    for (const layer of drawOverlay(drawings, { ...view, ...place, originX, originY })) {
      blendLayer(band, width, turnLayer(layer, orientation, place));
      // A band may be crossed by thousands of strokes.
      await yieldToEventLoop();
      unreported += layer.ms;
      if (unreported < REPORT_MS) continue;
      unreported = 0;
      await pause();
      await reportProgress(top / height);
    }
    await sink.writeRows(band);
    await reportProgress((top + count) / height);
    await pause();
  }
}

/**
 * Returns the bytes of the drawings. Throws `ExportFailure` if these, the image and the sink's rows don't fit into
 * memory together.
 */
function checkMemory(imageBytes: number, scene: ExportScene, rowBytes: number): number {
  const bytes = allDrawings(scene).reduce((sum, drawing) => sum + drawingBytes(drawing), scene.outlineBytes);
  const held = imageBytes + bytes + rowBytes;
  if (held + BAND_PIXELS * BAND_PIXEL_BYTES + DRAWING_BYTES + PART_BYTES <= MEMORY_MAX_BYTES) return bytes;
  throw new ExportFailure(
    "The picture and what is drawn on it are too much to be in memory together. Choose a smaller scale, delete some annotations, simplify long strokes, or upload a smaller picture.",
  );
}

/**
 * The most bytes the job held: either while it drew, with `shown` bytes of image and drawings, or while it encoded,
 * without them. Of a file made by rows there is one part while it is drawn; one that is encoded as a whole only exists at
 * the end.
 */
function countPeak(shown: number, sink: RowSink, fileBytes: number, width: number): number {
  const held = sink.memoryBytes?.();
  const bands = Math.max(BAND_PIXELS, width) * BAND_PIXEL_BYTES + DRAWING_BYTES;
  const partBytes = Math.min(fileBytes, PART_BYTES);
  const drawing = shown + bands + (held?.rows ?? 0) + (held?.encoder ? 0 : partBytes);
  const encoding = held ? held.rows + held.encoder + partBytes + RASTERIZER_BYTES : 0;
  return Math.max(drawing, encoding);
}
