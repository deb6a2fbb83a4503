import type { ExportOptions } from "../../protocol/export-job.ts";
import { sceneDrawings, type Scene } from "../collect-scene.ts";
import { sumBytes, type ExportedFile } from "../exported-file.ts";
import { createJpegSink, createWebpSink } from "../formats/photon-sink.ts";
import { createPngSink } from "../formats/png-sink.ts";
import type { Drawing } from "../scene/draw-annotation.ts";
import { viewFrame, type View } from "../scene/scene-svg.ts";
import { blendLayer, onWhite } from "./blend.ts";
import { drawOverlay, initOverlay } from "./overlay.ts";
import type { PhotonInstance } from "./photon.ts";
import type { PictureSource } from "./picture-source.ts";
import { resizeRows } from "./resize.ts";
import { createBlankSource, parseColor, stackSources, type RowSink, type RowSource } from "./row-source.ts";

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

/** Thousands of strokes may cross one band: others wait no longer than this, and one layer more. */
const LAYERS_MS = 50;

/**
 * Draws the scene over the picture (or over a sheet of the background's colour) and writes the file. It goes from top to bottom
 * in bands, and lets others work between them.
 */
export async function renderPicture(
  photon: PhotonInstance,
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
    jpg: () => createJpegSink(photon, width, height, options.quality, onWhite(ground)),
    webp: () => createWebpSink(photon, width, height),
  };
  const sink = sinks[format]();
  const view = viewFrame(scene.frame, frameSize);
  await copyBands(rows, sceneDrawings(scene), view, sink, reportProgress);
  // Its pixels make room for the encoder.
  picture?.close();
  const parts = await sink.finish();
  return { parts, size: sumBytes(parts), width, height, warnings: scene.warnings };
}

async function copyBands(
  rows: RowSource,
  drawings: readonly Drawing[],
  view: View,
  sink: RowSink,
  reportProgress: ReportProgress,
): Promise<void> {
  const { width, height } = rows;
  const bandHeight = Math.max(1, Math.min(height, Math.floor(BAND_PIXELS / width)));
  const buffer = new Uint8Array(width * bandHeight * 4);
  for (let top = 0; top < height; top += bandHeight) {
    const count = Math.min(bandHeight, height - top);
    const band = buffer.subarray(0, width * count * 4);
    rows.readRows(top, count, band);
    const window = { ...view, width, height: count, originY: view.originY - top };
    let drawnSince = Date.now();
    for (const layer of drawOverlay(drawings, window)) {
      blendLayer(band, width, layer);
      if (Date.now() - drawnSince < LAYERS_MS) continue;
      await scheduler.wait(0);
      drawnSince = Date.now();
    }
    await sink.writeRows(band);
    await reportProgress((top + count) / height);
    // A timer also moves the clock on: where deployed it stands still while the code computes.
    await scheduler.wait(0);
  }
}
