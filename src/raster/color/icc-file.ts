import { readFourCc } from "../headers/damaged-image.ts";

/**
 * The most bytes of a profile. Those with a matrix have hundreds or thousands. Those of inks are tables: the ones for
 * offset printing in use have 0.5 to 2.6 MB.
 */
export const ICC_MAX_BYTES = 4 * 1024 * 1024;
const HEADER_BYTES = 128;
const TAGS_MAX = 100;

/** An ICC profile (ICC.1:2022 §7): its header, and where the data of each tag starts. */
export interface IccFile {
  view: DataView;
  /** The major version of the format (§7.2.4). */
  version: number;
  /** The colour space of the picture (§7.2.6), such as "RGB " or "CMYK". */
  space: string;
  /** The connection space (§7.2.7): "XYZ " or "Lab ". */
  connection: string;
  tags: ReadonlyMap<string, number>;
}

/**
 * Opens a profile and takes from it what `read` reads. undefined: it is damaged, or `read` has no use for it. Offsets
 * need no check: a `DataView` throws past its end.
 */
export function readIccFile<T>(bytes: Uint8Array, read: (file: IccFile) => T | undefined): T | undefined {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (readFourCc(view, 36) !== "acsp") return undefined;
    const [space, connection] = [readFourCc(view, 16), readFourCc(view, 20)];
    return read({ view, version: view.getUint8(8), space, connection, tags: readTags(view) });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The tag table (§7.3). */
function readTags(view: DataView): Map<string, number> {
  const tags = new Map<string, number>();
  const count = Math.min(TAGS_MAX, view.getUint32(HEADER_BYTES));
  for (let index = 0; index < count; index++) {
    const entry = HEADER_BYTES + 4 + index * 12;
    tags.set(readFourCc(view, entry), view.getUint32(entry + 4));
  }
  return tags;
}

/** s15Fixed16Number (§4.6). */
export function readFixed(view: DataView, at: number): number {
  return view.getInt32(at) / 65_536;
}
