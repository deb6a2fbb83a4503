import type { Annotation } from "../../../protocol/model/annotation.ts";
import { compareDrawings, drawAnnotation } from "../../../scene/draw-annotation.ts";
import type { Bounds } from "../../../scene/bounds.ts";
import type { LaidOutText, LayoutText } from "../../../scene/shape.ts";
import type { Size } from "../view-geometry.ts";
import { paintMark, type PreparedMark, prepareMark } from "./draw-pieces.ts";
import type { LayOut } from "./lay-out-texts.ts";
import type {
  DrawerFiles,
  FromDrawer,
  Painting,
  TextToLayOut,
  Tile,
  TileImage,
  ToDrawer,
} from "./messages.ts";
import type { Context } from "./piece.ts";

/** A canvas of the place where the drawer runs. */
export interface Canvas {
  context: Context;
  /** What was drawn, as an image. The canvas is not used any more. */
  finish(): TileImage;
}

interface Options {
  createCanvas: (width: number, height: number) => Canvas;
  send: (message: FromDrawer) => void;
}

/** A mark that is kept, with its paths once it was drawn. `null`: it can't be drawn. */
interface Kept {
  mark: Annotation;
  prepared: PreparedMark | null | undefined;
  /** It is a text whose fonts can't be read. Nobody waits for it, but it is tried again. */
  hasFailed?: boolean;
}

/** Texts that are laid out by then are painted before the others: one sees some of very many early. */
const TELL_TEXTS_MS = 1_500;
/**
 * A painting waits so long for its texts: most often they are there by then, and all is painted once. It may wait longer
 * with more marks, which take longer to be painted again.
 */
const TEXTS_FIRST_MS = 100;
const TEXTS_FIRST_MS_A_MARK = 0.02;

/**
 * Draws marks with the scene that exports are drawn with, and paints them on canvases. Each mark is drawn once for each
 * of its versions. It runs in a worker, or in the page where there can be none.
 */
export class Drawer {
  readonly #createCanvas: Options["createCanvas"];
  readonly #send: Options["send"];
  readonly #kept = new Map<string, Kept>();
  #picture: Size = { width: 0, height: 0 };
  #files: DrawerFiles | undefined;
  #layOut: Promise<LayOut> | undefined;
  /** Ids of texts to lay out. */
  readonly #waiting = new Set<string>();
  /** Until there are no more. */
  #layingOut: Promise<void> | undefined;
  /** Ids of texts that the last painting should have had. */
  #missing: ReadonlySet<string> = new Set();

  constructor({ createCanvas, send }: Options) {
    this.#createCanvas = createCanvas;
    this.#send = send;
  }

  receive(message: ToDrawer): void {
    if (message.kind === "start") this.#files = message.files;
    else if (message.kind === "change") this.#change(message);
    else if (message.kind === "expectTexts") void this.#loadLayOut();
    else if (message.kind === "paint") void this.#paint(message.painting);
    else void this.#answerLayout(message.text);
  }

  #change({ changed, removed, picture }: Extract<ToDrawer, { kind: "change" }>): void {
    for (const id of removed) this.#kept.delete(id);
    for (const mark of changed) this.#kept.set(mark.id, { mark, prepared: undefined });
    // While shapes are painted, what lays out texts is on its way.
    if (changed.some(({ type }) => type === "text")) void this.#loadLayOut();
    if (picture.width === this.#picture.width && picture.height === this.#picture.height) return;
    this.#picture = picture;
    // Pins turn away from the edges of the picture.
    for (const kept of this.#kept.values()) if (kept.mark.type === "point") kept.prepared = undefined;
  }

  async #paint({ number, view, ratio, tiles, leftOut }: Painting): Promise<void> {
    const skipped = new Set(leftOut);
    const shown = Array.from(this.#kept).filter(([id]) => !skipped.has(id));
    let mayComeSoon = false;
    for (const [id, kept] of shown) {
      if (kept.prepared !== undefined) continue;
      if (kept.mark.type === "text") {
        this.#waiting.add(id);
        mayComeSoon ||= !kept.hasFailed;
      } else kept.prepared = this.#prepare(kept.mark, noText);
    }
    if (this.#waiting.size > 0) this.#layingOut ??= this.#layOutWaiting();
    if (mayComeSoon) {
      const patience = Math.max(TEXTS_FIRST_MS, shown.length * TEXTS_FIRST_MS_A_MARK);
      await Promise.race([this.#layingOut, wait(patience)]);
    }
    const marks = shown.flatMap(([, { prepared }]) => prepared ?? []);
    const missing = shown.filter(([, { prepared }]) => prepared === undefined);
    marks.sort(compareDrawings);
    const scale = view.scale * ratio;
    for (const [index, tile] of tiles.entries()) {
      const origin = { x: (view.x - tile.left) * ratio, y: (view.y - tile.top) * ratio };
      try {
        this.#send({ kind: "tile", number, index, image: this.#paintTile(tile, marks, scale, origin) });
      } catch {
        // No memory for a canvas: the rest is shown, and the next painting may have some.
      }
    }
    this.#missing = new Set(missing.map(([id]) => id));
    const waiting = missing.flatMap(([id, { hasFailed }]) => (hasFailed ? [] : id));
    this.#send({ kind: "painted", number, waiting });
  }

  #paintTile(
    { width, height }: Tile,
    marks: readonly PreparedMark[],
    scale: number,
    origin: { x: number; y: number },
  ): TileImage {
    const canvas = this.#createCanvas(width, height);
    const { context } = canvas;
    /** For marks whose pieces become transparent together. */
    let layer: Canvas | undefined;
    const seen: Bounds = {
      left: -origin.x / scale,
      top: -origin.y / scale,
      right: (width - origin.x) / scale,
      bottom: (height - origin.y) / scale,
    };
    context.setTransform(scale, 0, 0, scale, origin.x, origin.y);
    for (const mark of marks) {
      if (!overlap(mark.bounds, seen)) continue;
      try {
        if (mark.opacity === 1) paintMark(context, mark);
        else {
          layer ??= this.#createCanvas(width, height);
          paintTogether(context, layer.context, mark, scale, origin);
        }
      } catch {
        // One that a canvas can't paint must not keep the others from being seen.
      }
    }
    return canvas.finish();
  }

  #prepare(mark: Annotation, layoutText: LayoutText): PreparedMark | null {
    const { width, height } = this.#picture;
    const frame = { left: 0, top: 0, right: width, bottom: height };
    try {
      return prepareMark(drawAnnotation(mark, { frame, layoutText, wantsStroke: () => true }));
    } catch {
      return null;
    }
  }

  /** Texts whose fonts can't be read, as without a network, are laid out again at another painting. */
  async #layOutWaiting(): Promise<void> {
    let texts: (TextToLayOut & { size: Size })[] = [];
    let toldAt = performance.now();
    let areMissing = false;
    const tell = (): void => {
      if (texts.length > 0 || areMissing) this.#send({ kind: "measured", texts, areMissing });
      texts = [];
      areMissing = false;
      toldAt = performance.now();
    };
    for (const id of this.#waiting) {
      this.#waiting.delete(id);
      const kept = this.#kept.get(id);
      if (kept?.mark.type !== "text" || kept.prepared !== undefined) continue;
      const { mark } = kept;
      const text = { text: mark.text, fontSize: mark.style.font_size, wrapWidth: mark.geometry.width };
      const laidOut = await this.#tryLayOut(text);
      if (!laidOut) {
        areMissing ||= !kept.hasFailed;
        kept.hasFailed = true;
        continue;
      }
      kept.prepared = this.#prepare(mark, () => laidOut);
      texts.push({ ...text, size: { width: laidOut.width, height: laidOut.height } });
      areMissing ||= this.#missing.has(id);
      if (performance.now() - toldAt > TELL_TEXTS_MS) tell();
    }
    this.#layingOut = undefined;
    tell();
  }

  async #answerLayout(text: TextToLayOut): Promise<void> {
    const laidOut = await this.#tryLayOut(text);
    if (laidOut) this.#send({ kind: "laidOut", text, laidOut });
  }

  /** undefined: a file can't be read. */
  async #tryLayOut(text: TextToLayOut): Promise<LaidOutText | undefined> {
    try {
      const layOut = await this.#loadLayOut();
      return await layOut?.(text);
    } catch {
      return undefined;
    }
  }

  /** Another call tries again what has failed. */
  #loadLayOut(): Promise<LayOut | undefined> {
    this.#layOut ??= this.#files && importLayOut(this.#files);
    const loading = this.#layOut ?? Promise.resolve(undefined);
    return loading.catch(() => {
      this.#layOut = undefined;
      return undefined;
    });
  }
}

async function importLayOut(files: DrawerFiles): Promise<LayOut> {
  // Both at once: neither says where the other one is.
  const [{ createLayOut }, harfBuzz] = await Promise.all([
    import("./lay-out-texts.ts"),
    fetch(files.harfBuzz),
  ]);
  return await createLayOut(files.service, harfBuzz);
}

/** Paints a mark on a layer of its own, and that with the mark's opacity on the canvas. */
function paintTogether(
  context: Context,
  layer: Context,
  mark: PreparedMark,
  scale: number,
  origin: { x: number; y: number },
): void {
  const { width, height } = layer.canvas;
  const left = Math.max(0, Math.floor(mark.bounds.left * scale + origin.x) - 1);
  const top = Math.max(0, Math.floor(mark.bounds.top * scale + origin.y) - 1);
  const right = Math.min(width, Math.ceil(mark.bounds.right * scale + origin.x) + 1);
  const bottom = Math.min(height, Math.ceil(mark.bounds.bottom * scale + origin.y) + 1);
  const [wide, high] = [right - left, bottom - top];
  if (wide <= 0 || high <= 0) return;
  layer.resetTransform();
  layer.clearRect(left, top, wide, high);
  layer.setTransform(scale, 0, 0, scale, origin.x, origin.y);
  paintMark(layer, mark);
  context.save();
  context.resetTransform();
  context.globalAlpha = mark.opacity;
  context.drawImage(layer.canvas, left, top, wide, high, left, top, wide, high);
  context.restore();
}

function overlap(a: Bounds, b: Bounds): boolean {
  return a.left <= b.right && a.right >= b.left && a.top <= b.bottom && a.bottom >= b.top;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function noText(): never {
  throw new Error("Only texts have a text to lay out");
}
