import type { UnsupportedFormat } from "../../protocol/other-formats.ts";
import { drawPicture, type Drawn } from "./draw-picture.ts";
import type { ToRedraw } from "./redraw-worker.ts";

/** A file name that the build gives (`tools/page.ts`). */
declare const REDRAW_WORKER: string;

/** The longer side of a drawing without pixels of its own (SVG), if it names a smaller one. */
const DRAWING_SIDE = 2_048;

/**
 * Has the browser read a file, upright, and draws it anew as JPEG or PNG. null: this browser can't read it. One picture
 * at a time: a large one takes some hundred megabytes.
 */
export async function redrawPicture(file: Blob, format: UnsupportedFormat): Promise<Drawn | null> {
  const turn = last.then(() => redraw(file, format));
  last = turn.catch(() => undefined);
  return turn;
}
let last: Promise<unknown> = Promise.resolve();

async function redraw(file: Blob, format: UnsupportedFormat): Promise<Drawn | null> {
  // A blob is of its type, and some browsers believe that: a .jpg may be an AVIF.
  const plain = new Blob([file], { type: format === "SVG" ? "image/svg+xml" : "" });
  return (await redrawInWorker({ file: plain, format })) ?? redrawElement(plain, format);
}

/** A large picture takes a second: meanwhile the page goes on. null: a worker can't read it. */
async function redrawInWorker(message: ToRedraw): Promise<Drawn | null> {
  if (message.format === "SVG" || typeof OffscreenCanvas === "undefined") return null;
  const worker = new Worker(new URL(REDRAW_WORKER, import.meta.url), {
    type: "module",
    name: "acetate-redraw",
  });
  try {
    return await new Promise<Drawn | null>((resolve) => {
      worker.addEventListener("message", ({ data }: MessageEvent<Drawn | null>) => resolve(data));
      worker.addEventListener("error", () => resolve(null));
      worker.postMessage(message, {});
    });
  } finally {
    worker.terminate();
  }
}

/** Some formats (SVG; in some browsers others) are only read by an element. */
async function redrawElement(file: Blob, format: UnsupportedFormat): Promise<Drawn | null> {
  const source = new Image();
  const address = URL.createObjectURL(file);
  try {
    source.src = address;
    await source.decode();
    const { naturalWidth: width, naturalHeight: height } = source;
    if (width === 0 || height === 0) return null;
    const scale = format === "SVG" ? Math.max(1, DRAWING_SIDE / Math.max(width, height)) : 1;
    const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
    return await drawPicture(source, size, format);
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(address);
  }
}
