import { crc32 } from "node:zlib";
import { DamagedImage } from "../../headers/damaged-image.ts";
import { hasEndMarker } from "../../headers/jpeg.ts";
import type { ImageInfo } from "../../headers/image-info.ts";
import { findColors } from "../../color/find-colors.ts";
import { PhotonInstance, type Vector } from "../photon.ts";
import { checkHeader, type StoredFile } from "../read-picture.ts";
import { UndecodablePicture } from "../undecodable-picture.ts";
import type { WholePixels } from "../whole-picture.ts";

const CUT_OFF = "it is cut off";
const endMarker = Uint8Array.of(0xff, 0xd9);
/** Bytes of noise in place of what may be missing: enough to change whatever still needs them. */
const NOISE_BYTES = 4096;

/**
 * Decodes a stored JPEG; its pixels stay in Photon's memory. `check` may refuse it before. Throws `ExportFailure` for its header,
 * `DamagedImage`, `UndecodablePicture`.
 */
export async function decodeJpeg(stored: StoredFile, check: (info: ImageInfo) => void): Promise<WholePixels> {
  const decoded = await decodeWithTail(stored, check, endMarker);
  if (decoded.isEnded) return decoded;
  // Without an end marker it may be whole or cut off: a decoder fills up what is missing, and says nothing. What is whole comes out the
  // same whatever follows it.
  const sum = crc32(decoded.pixels);
  const again = await decodeWithTail(stored, check, makeNoise());
  if (crc32(again.pixels) !== sum) throw new DamagedImage(CUT_OFF);
  return again;
}

async function decodeWithTail(
  stored: StoredFile,
  check: (info: ImageInfo) => void,
  tail: Uint8Array,
): Promise<WholePixels & { isEnded: boolean }> {
  const photon = new PhotonInstance();
  const input = photon.allocate(stored.size + tail.byteLength);
  let filled = 0;
  // Into Photon's memory at once: a copy in the JavaScript heap would be one too many.
  for await (const part of stored.read()) {
    photon.view(input).set(part, filled);
    filled += part.byteLength;
  }
  photon.view(input).set(tail, filled);
  const file = photon.view(input).subarray(0, filled);
  const info = checkHeader(file);
  check(info);
  const isEnded = hasEndMarker(new DataView(file.buffer, file.byteOffset, file.byteLength));
  const colors = findColors(file, info.type);
  const { width, height, pixels } = decode(photon, input, isEnded);
  const turned = info.orientation >= 5;
  if (width !== (turned ? info.height : info.width) || height !== (turned ? info.width : info.height)) {
    throw new UndecodablePicture("Photon found another size than the header's");
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
  input: Vector,
  isEnded: boolean,
): ReturnType<PhotonInstance["decode"]> {
  try {
    return photon.decode(input);
  } catch (error) {
    throw error instanceof UndecodablePicture && !isEnded
      ? new DamagedImage(CUT_OFF, { cause: error })
      : error;
  }
}

/** The same each time, without an FF, which would be a marker; and an end marker. */
function makeNoise(): Uint8Array {
  const noise = new Uint8Array(NOISE_BYTES + endMarker.byteLength);
  for (let at = 0, state = 1; at < NOISE_BYTES; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    noise[at] = (state >>> 16) % 255;
  }
  noise.set(endMarker, NOISE_BYTES);
  return noise;
}
