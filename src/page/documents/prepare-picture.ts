import { IMAGE_MAX_BYTES, WHOLE_IMAGE_MAX_BYTES } from "../../protocol/limits.ts";
import { sniffImageType } from "../../protocol/sniff-image.ts";
import {
  nameUnsupported,
  UNSUPPORTED_HEAD_BYTES,
  type UnsupportedFormat,
} from "../../protocol/other-formats.ts";
import { redrawPicture } from "./redraw-picture.ts";

/** What is sent, and from which format it was made. */
export interface PreparedPicture {
  file: Blob;
  /** null: the file is sent as it is. */
  madeFrom: UnsupportedFormat | null;
}

/** Why a file can't be sent. */
export type PictureProblem =
  | { is: "empty" }
  /** It can't be read from the disk: it was moved, or is a folder. */
  | { is: "gone" }
  | { is: "too-large"; bytes: number; limit: number }
  | { is: "too-many-pixels"; megapixels: number }
  | { is: "unreadable"; format: UnsupportedFormat };

export class UnusablePicture extends Error {
  readonly problem: PictureProblem;

  constructor(problem: PictureProblem) {
    super(problem.is);
    this.problem = problem;
  }
}

/** No browser shows these as a picture. */
const hopeless: ReadonlySet<UnsupportedFormat> = new Set(["PDF", "Photoshop", "raw", "video"]);

/**
 * Makes a file ready to be sent. JPEG, PNG, WebP and GIF go as they are. What only this browser can read (HEIC in
 * Safari, AVIF in all of them) becomes a JPEG, or a PNG if parts of it are transparent. Throws `UnusablePicture`.
 */
export async function preparePicture(file: File): Promise<PreparedPicture> {
  if (file.size === 0) throw new UnusablePicture({ is: "empty" });
  const head = await readHead(file);
  const type = sniffImageType(head);
  if (type !== undefined) {
    checkSize(file.size, type === "image/webp" ? WHOLE_IMAGE_MAX_BYTES : IMAGE_MAX_BYTES);
    return { file, madeFrom: null };
  }
  const format = nameUnsupported(head);
  const redrawn = hopeless.has(format) ? null : await redrawPicture(file, format);
  if (redrawn === null) throw new UnusablePicture({ is: "unreadable", format });
  if ("megapixels" in redrawn)
    throw new UnusablePicture({ is: "too-many-pixels", megapixels: redrawn.megapixels });
  checkSize(redrawn.file.size, IMAGE_MAX_BYTES);
  return { file: redrawn.file, madeFrom: format };
}

async function readHead(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(0, UNSUPPORTED_HEAD_BYTES).arrayBuffer());
  } catch {
    throw new UnusablePicture({ is: "gone" });
  }
}

function checkSize(bytes: number, limit: number): void {
  if (bytes > limit) throw new UnusablePicture({ is: "too-large", bytes, limit });
}
