import type { UnsupportedFormat } from "../../protocol/other-formats.ts";
import { drawPicture, type Drawn } from "./draw-picture.ts";

export interface ToRedraw {
  file: Blob;
  format: UnsupportedFormat;
}

/** Reads one file as this browser can, and draws it anew. Answers null if it can't. */
addEventListener("message", ({ data }: MessageEvent<ToRedraw>) => {
  void redraw(data).then((drawn) => postMessage(drawn, {}));
});

async function redraw({ file, format }: ToRedraw): Promise<Drawn | null> {
  let bitmap: ImageBitmap;
  try {
    // Upright, as the file says it is to be shown.
    bitmap = await createImageBitmap(file);
  } catch {
    return null;
  }
  const drawn = await drawPicture(bitmap, bitmap, format);
  bitmap.close();
  return drawn;
}
