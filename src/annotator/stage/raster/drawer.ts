import type { Annotation } from "../../../protocol/model/annotation.ts";
import { type Bounds, uniteBounds } from "../../../scene/bounds.ts";
import { compareDrawings, drawAnnotation } from "../../../scene/draw-annotation.ts";
import { nextTask } from "../../editor/next-task.ts";
import type { LaidOutText, LayoutText } from "../../../scene/shape.ts";
import type { Size } from "../view-geometry.ts";
import { type PreparedMark, prepareMark } from "./draw-pieces.ts";
import type { LayOut } from "./lay-out-texts.ts";
import type { DrawerFiles, FromDrawer, Painting, PaintedTile, TextToLayOut, ToDrawer } from "./messages.ts";
import { type CreateCanvas, TilePainter } from "./tile-painter.ts";
import { TileRecord } from "./tile-record.ts";

interface Options {
  createCanvas: CreateCanvas;
  send: (message: FromDrawer) => void;
}

/** A mark that is kept, with its paths once it was drawn. `null`: it can't be drawn. */
interface Kept {
  mark: Annotation;
  prepared: PreparedMark | null | undefined;
  /** It is a text whose fonts can't be read. Nobody waits for it, but it is tried again. */
  hasFailed?: boolean;
}

const NOWHERE: Bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
/** Texts that are laid out by then are painted before the others: one sees some of very many early. */
const TELL_TEXTS_MS = 1_500;
/**
 * A painting waits so long for its texts: most often they are there by then, and all is painted once. It may wait
 * longer with more marks, which take longer to be painted again.
 */
const TEXTS_FIRST_MS = 100;
const TEXTS_FIRST_MS_A_MARK = 0.02;

/**
 * Draws marks with the scene that exports are drawn with, and paints them on canvases. Each mark is drawn once for each
 * of its versions. It runs in a worker, or in the page where there can be none.
 */
export class Drawer {
  readonly #painter: TilePainter;
  readonly #send: Options["send"];
  readonly #kept = new Map<string, Kept>();
  readonly #tiles = new TileRecord();
  /** Of the painting that is under way. */
  #number = 0;
  /** Ids of marks that are not on the tiles. */
  #skipped: ReadonlySet<string> = new Set();
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
    this.#painter = new TilePainter(createCanvas);
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
    for (const id of removed) {
      this.#taint(this.#kept.get(id));
      this.#kept.delete(id);
    }
    for (const mark of changed) {
      this.#taint(this.#kept.get(mark.id));
      this.#kept.set(mark.id, { mark, prepared: undefined });
    }
    // While shapes are painted, what lays out texts is on its way.
    if (changed.some(({ type }) => type === "text")) void this.#loadLayOut();
    if (picture.width === this.#picture.width && picture.height === this.#picture.height) return;
    this.#picture = picture;
    // Pins turn away from the edges of the picture.
    for (const kept of this.#kept.values()) {
      if (kept.mark.type !== "point") continue;
      this.#taint(kept);
      kept.prepared = undefined;
    }
  }

  /**
   * Paints what is new or has changed. Messages come in between tiles, and while texts are laid out: a later painting
   * ends an earlier one.
   */
  async #paint({ number, scale, range, leftOut }: Painting): Promise<void> {
    this.#number = number;
    const skipped = new Set(leftOut);
    await this.#waitForTexts(skipped);
    if (this.#number !== number) return;
    const marks: PreparedMark[] = [];
    const waiting: string[] = [];
    const missing = new Set<string>();
    let failedTexts = 0;
    for (const [id, kept] of this.#kept) {
      if (kept.prepared === undefined && kept.mark.type !== "text") this.#prepare(kept, noText);
      if (skipped.has(id) !== this.#skipped.has(id)) this.#taint(kept);
      if (skipped.has(id)) continue;
      if (kept.prepared) marks.push(kept.prepared);
      else if (kept.prepared === undefined) {
        missing.add(id);
        if (kept.hasFailed) failedTexts += 1;
        else waiting.push(id);
      }
    }
    this.#skipped = skipped;
    this.#missing = missing;
    marks.sort(compareDrawings);
    const tiles: PaintedTile[] = [];
    for (const { column, row } of this.#tiles.begin(scale, range)) {
      try {
        tiles.push({ column, row, image: this.#painter.paint(column, row, scale, marks) });
      } catch {
        // No memory for a canvas: the rest is shown, and the next painting may have some.
      }
      await nextTask();
      if (this.#number !== number) return;
    }
    this.#tiles.end(tiles);
    const content = marks.map(({ bounds }) => bounds).reduce(uniteBounds, NOWHERE);
    this.#send({ kind: "painted", number, tiles, content, waiting, failedTexts });
  }

  /** Has texts laid out that are to be painted. Waits for them for a while: then all is painted once. */
  async #waitForTexts(skipped: ReadonlySet<string>): Promise<void> {
    let mayComeSoon = false;
    for (const [id, kept] of this.#kept) {
      if (kept.mark.type !== "text" || kept.prepared !== undefined || skipped.has(id)) continue;
      this.#waiting.add(id);
      mayComeSoon ||= !kept.hasFailed;
    }
    if (this.#waiting.size > 0) this.#layingOut ??= this.#layOutWaiting();
    if (!mayComeSoon) return;
    const patience = Math.max(TEXTS_FIRST_MS, this.#kept.size * TEXTS_FIRST_MS_A_MARK);
    await Promise.race([this.#layingOut, wait(patience)]);
  }

  #prepare(kept: Kept, layoutText: LayoutText): void {
    const { width, height } = this.#picture;
    const frame = { left: 0, top: 0, right: width, bottom: height };
    try {
      kept.prepared = prepareMark(drawAnnotation(kept.mark, { frame, layoutText, wantsStroke: () => true }));
      this.#taint(kept);
    } catch {
      kept.prepared = null;
    }
  }

  /** What was painted of a mark is not so any more. */
  #taint(kept: Kept | undefined): void {
    if (kept?.prepared) this.#tiles.taint(kept.prepared.bounds);
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
      this.#prepare(kept, () => laidOut);
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

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function noText(): never {
  throw new Error("Only texts have a text to lay out");
}
