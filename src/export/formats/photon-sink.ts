import { flattenOnto } from "../picture/blend.ts";
import type { PhotonInstance } from "../picture/photon.ts";
import type { Rgba, RowSink } from "../picture/row-source.ts";

/** Gathers the rows in Photon's own memory, and encodes them as a whole: `quality` for a JPEG, undefined for a WebP. */
function createPhotonSink(
  photon: PhotonInstance,
  width: number,
  height: number,
  quality: number | undefined,
): RowSink {
  const pixels = photon.allocate(width * height * 4);
  let written = 0;
  return {
    async writeRows(rows) {
      photon.view(pixels).set(rows, written);
      written += rows.byteLength;
    },
    async finish() {
      return [photon.encode(pixels, width, height, quality)];
    },
  };
}

/** A lossless WebP: Photon has no other. */
export function createWebpSink(photon: PhotonInstance, width: number, height: number): RowSink {
  return createPhotonSink(photon, width, height, undefined);
}

/** A JPEG of `quality` 1–100. It has no alpha: what is transparent shows the ground, which is opaque. */
export function createJpegSink(
  photon: PhotonInstance,
  width: number,
  height: number,
  quality: number,
  ground: Rgba,
): RowSink {
  const sink = createPhotonSink(photon, width, height, quality);
  return {
    async writeRows(rows) {
      flattenOnto(rows, ground);
      await sink.writeRows(rows);
    },
    finish: () => sink.finish(),
  };
}
