import { DamagedImage, UnsupportedImage } from "./damaged-image.ts";

/** What a frame header says (ITU-T T.81 §B.2.2). */
export interface JpegFrame {
  progressive: boolean;
  width: number;
  /** 0: a DNL segment behind the first scan says it (§B.2.5). */
  height: number;
  components: JpegComponent[];
}

export interface JpegComponent {
  id: number;
  /** Sampling factors, 1–4. */
  h: number;
  v: number;
  /** The number of its quantization table, 0–3. */
  table: number;
}

/** C0–CF are frame headers, except these three: Huffman tables, JPG, arithmetic conditioning. */
const notFrames = new Set([0xc4, 0xc8, 0xcc]);
const PROGRESSIVE = 0xc2;
/** What the frames that aren't decoded have (table B.1). */
const unsupportedFrames = new Map([
  [0xc3, "lossless coding"],
  [0xc5, "hierarchical coding"],
  [0xc6, "hierarchical coding"],
  [0xc7, "hierarchical coding"],
  [0xc9, "arithmetic coding"],
  [0xca, "arithmetic coding"],
  [0xcb, "lossless coding"],
  [0xcd, "hierarchical coding"],
  [0xce, "hierarchical coding"],
  [0xcf, "hierarchical coding"],
]);

export function isFrameMarker(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && !notFrames.has(marker);
}

/**
 * Reads a frame header. Throws `UnsupportedImage` for a kind that isn't decoded, `DamagedImage`, and `RangeError` past
 * the end.
 */
export function readJpegFrame(marker: number, data: DataView): JpegFrame {
  const coding = unsupportedFrames.get(marker);
  if (coding !== undefined) throw unsupported(`with ${coding}`);
  const bits = data.getUint8(0);
  const count = data.getUint8(5);
  if (bits === 12) throw unsupported("of 12 bits a sample");
  if (bits !== 8 || ![1, 3, 4].includes(count) || data.byteLength !== 6 + count * 3)
    throw new DamagedImage(NO_SENSE);
  const components = Array.from({ length: count }, (_, index) => readComponent(data, 6 + index * 3));
  const [only] = components;
  // A single component has a sample for each pixel, whatever its factors are (§A.1.1), and MCUs of one block (§A.2.2).
  if (only && count === 1) components[0] = { ...only, h: 1, v: 1 };
  return {
    progressive: marker === PROGRESSIVE,
    height: data.getUint16(1),
    width: data.getUint16(3),
    components,
  };
}

const NO_SENSE = "its frame header makes no sense";

function readComponent(data: DataView, at: number): JpegComponent {
  const factors = data.getUint8(at + 1);
  const component = { id: data.getUint8(at), h: factors >> 4, v: factors & 15, table: data.getUint8(at + 2) };
  const isSampled = [component.h, component.v].every((factor) => factor >= 1 && factor <= 4);
  if (!isSampled || component.table > 3) throw new DamagedImage(NO_SENSE);
  return component;
}

function unsupported(what: string): UnsupportedImage {
  return new UnsupportedImage(
    `The picture is a JPEG ${what}, which can't be drawn here: save it anew as a usual JPEG and send it again`,
  );
}
