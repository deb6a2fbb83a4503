import { PhotonImage } from "photon-wasm/node";

export interface Picture {
  width: number;
  height: number;
  /** RGBA, row by row. */
  pixels: Uint8Array;
}

export function decodePicture(bytes: Uint8Array): Picture {
  const image = PhotonImage.new_from_byteslice(bytes);
  const picture = { width: image.get_width(), height: image.get_height(), pixels: image.get_raw_pixels() };
  image.free();
  return picture;
}

/**
 * How far two pictures of one size are apart: the mean over all channels, as a part of full scale (0–1), and the part
 * of the pixels that differ by more than a quarter of it in any channel.
 */
export function comparePictures(one: Picture, other: Picture): { mean: number; wrong: number } {
  if (one.width !== other.width || one.height !== other.height) {
    throw new Error(`${one.width} × ${one.height} is not ${other.width} × ${other.height}`);
  }
  let sum = 0;
  let wrong = 0;
  for (let at = 0; at < one.pixels.length; at += 4) {
    let largest = 0;
    for (let channel = 0; channel < 4; channel++) {
      const difference = Math.abs((one.pixels[at + channel] ?? 0) - (other.pixels[at + channel] ?? 0));
      sum += difference;
      largest = Math.max(largest, difference);
    }
    if (largest > 64) wrong++;
  }
  const pixels = one.pixels.length / 4;
  return { mean: sum / (pixels * 4 * 255), wrong: wrong / pixels };
}
