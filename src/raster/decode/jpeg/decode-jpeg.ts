import { crc32 } from "node:zlib";
import { DamagedImage } from "../../headers/damaged-image.ts";
import { hasEndMarker } from "../../headers/jpeg.ts";
import { findColors } from "../../color/find-colors.ts";
import { PhotonInstance, type Allocation } from "../photon.ts";
import { UndecodableImage } from "../../image-errors.ts";
import { requireImageInfo, type ImageFile } from "../image-file.ts";
import type { CheckInfo, WholePixels } from "../image-source.ts";

const CUT_OFF = "it is cut off";
const endMarker = Uint8Array.of(0xff, 0xd9);
/** Bytes of noise in place of missing data: enough to change every pixel that depends on it. */
const NOISE_BYTES = 4096;

/**
 * Decodes a JPEG. Its pixels stay in Photon's memory. Throws `UnusableImage` for its header, `DamagedImage`, and
 * `UndecodableImage`.
 */
export async function decodeJpeg(stored: ImageFile, check: CheckInfo): Promise<WholePixels> {
  const decoded = await decodeWithTail(stored, check, endMarker);
  if (decoded.isEnded) return decoded;
  // Without an end marker the file may be whole or cut off: a decoder silently fills in what is missing. A whole file
  // gives the same pixels whatever follows it.
  const sum = crc32(decoded.pixels);
  const again = await decodeWithTail(stored, check, makeNoise());
  if (crc32(again.pixels) !== sum) throw new DamagedImage(CUT_OFF);
  return again;
}

async function decodeWithTail(
  stored: ImageFile,
  check: CheckInfo,
  tail: Uint8Array,
): Promise<WholePixels & { isEnded: boolean }> {
  const photon = new PhotonInstance();
  const input = photon.allocate(stored.size + tail.byteLength);
  let filled = 0;
  // Straight into Photon's memory: a second copy in the JavaScript heap would take too much.
  for await (const part of stored.read()) {
    photon.view(input).set(part, filled);
    filled += part.byteLength;
  }
  photon.view(input).set(tail, filled);
  const file = photon.view(input).subarray(0, filled);
  const info = requireImageInfo(file);
  check(info);
  const isEnded = hasEndMarker(new DataView(file.buffer, file.byteOffset, file.byteLength));
  const colors = findColors(file, info.type);
  const { width, height, pixels } = decode(photon, input, isEnded);
  const turned = info.orientation >= 5;
  if (width !== (turned ? info.height : info.width) || height !== (turned ? info.width : info.height)) {
    throw new UndecodableImage("Photon found another size than the header's");
  }
  return {
    info,
    colors,
    pixels: photon.view(pixels),
    opaque: true,
    heldBytes: photon.memoryBytes,
    decodingBytes: photon.memoryBytes,
    isEnded,
  };
}

function decode(
  photon: PhotonInstance,
  input: Allocation,
  isEnded: boolean,
): ReturnType<PhotonInstance["decode"]> {
  try {
    return photon.decode(input);
  } catch (error) {
    throw error instanceof UndecodableImage && !isEnded ? new DamagedImage(CUT_OFF, { cause: error }) : error;
  }
}

/** The same bytes each time, without FF, which would start a marker. Ends with an end marker. */
function makeNoise(): Uint8Array {
  const noise = new Uint8Array(NOISE_BYTES + endMarker.byteLength);
  for (let at = 0, state = 1; at < NOISE_BYTES; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    noise[at] = (state >>> 16) % 255;
  }
  noise.set(endMarker, NOISE_BYTES);
  return noise;
}
