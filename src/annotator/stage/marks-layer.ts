import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Annotation } from "../../protocol/model/annotation.ts";
import { nextTask } from "../editor/next-task.ts";
import type { Bounds } from "../../scene/bounds.ts";
import { connectDrawer } from "./raster/connect-drawer.ts";
import type { FromDrawer, Painting, ToDrawer } from "./raster/messages.ts";
import type { View } from "./stage-api.ts";
import { TextSizes } from "./text-sizes.ts";
import { covers, rangeOf, seenBox, TileSheet } from "./tiles.ts";
import type { Size } from "./view-geometry.ts";

/** Between these scales, what was painted is only scaled while the view moves. */
const SCALE_MIN = 1 / 3;
const SCALE_MAX = 3;
/**
 * Who zooms out soon needs more of the picture, and less of its pixels: while the view moves, it is painted at this
 * part of the scale.
 */
const ZOOM_OUT_AHEAD = 0.4;
/**
 * Stage pixels beyond the stage that are painted, so that a pan has something to show, and how near the edge of that
 * may come. Screens with more pixels get less: handing over many at once takes long.
 */
const OVERSCAN = 256;
const OVERSCAN_DENSE = 96;
/**
 * Changed marks are drawn by the overlay until they are painted. With more than so many, as when a document opens, it
 * is better to wait for the painting.
 */
const LINGERING_MAX = 100;
/** Marks that the drawer is told of at once. To copy so many takes a few milliseconds. */
const PIECE = 500;

interface Options {
  service: string;
  /** Before that there are no marks, and nothing to paint. */
  isLoaded: ReadonlySignal<boolean>;
  marks: ReadonlySignal<readonly Annotation[]>;
  markById: ReadonlySignal<ReadonlyMap<string, Annotation>>;
  /** Ids of marks that are not to be painted: hidden, or drawn by the overlay. */
  leftOut: ReadonlySignal<ReadonlySet<string>>;
  picture: ReadonlySignal<Size>;
  view: ReadonlySignal<View>;
  isMoving: ReadonlySignal<boolean>;
  stage: ReadonlySignal<Size>;
}

/** What the tiles show. */
interface Painted extends Painting {
  /** The part of the image that has all marks. */
  content: Bounds;
}

/**
 * The marks as a picture of tiles. A drawer, mostly a worker, paints those in sight and a little around it. They move
 * with the image, and are scaled with it until they are painted for another scale. So a pan or zoom costs the page
 * hardly more than the photo alone.
 */
export class MarksLayer {
  readonly element = document.createElement("div");
  readonly texts: TextSizes;
  /** Whether what is shown is what there is, at this scale. */
  readonly isPainted: ReadonlySignal<boolean>;
  /** The scale of the view for which the tiles were painted. */
  readonly paintedScale: ReadonlySignal<number | null>;
  /** Marks that are not in the picture yet, or no more: the overlay draws them. */
  readonly lingering: ReadonlySignal<readonly Annotation[]>;
  /** How many texts are not in the picture because their fonts did not load. */
  readonly failedTexts = signal(0);
  readonly #options: Options;
  readonly #link;
  readonly #stops: (() => void)[];
  /** The one that shows, and one that takes its place at another scale. */
  #sheets: [TileSheet, TileSheet] = [new TileSheet(), new TileSheet()];
  #sent: ReadonlyMap<string, Annotation> = new Map();
  #sentPicture: Size | undefined;
  /** Changes that no finished painting has, with the number of the first painting that will have them. */
  readonly #unpainted = signal<ReadonlyMap<string, number>>(new Map());
  readonly #painted = signal<Painted | null>(null);
  /** Something to paint, besides another view. */
  readonly #isStale = signal(false);
  /** Changes that the drawer is still to be told of. */
  readonly #untold: ToDrawer[] = [];
  readonly #isTelling = signal(false);
  readonly #inFlight = signal<Painting | null>(null);
  #number = 0;

  constructor(options: Options) {
    this.#options = options;
    this.element.className = "marks";
    this.#link = connectDrawer(options.service, (message) => this.#receive(message));
    this.texts = new TextSizes((text) => this.#link.send({ kind: "layOut", text }));
    const { isLoaded, marks, leftOut, picture, view, isMoving, stage } = options;
    this.isPainted = computed(() => {
      const { value: painted } = this.#painted;
      if (!painted || this.#isStale.value || this.#inFlight.value || this.#unpainted.value.size > 0)
        return false;
      return painted.scale === pixelScale(view.value) && coversView(painted, view.value, stage.value);
    });
    this.paintedScale = computed(() => this.#painted.value && this.#painted.value.scale / devicePixelRatio);
    this.lingering = computed(() => {
      const left = leftOut.value;
      const ids = new Set(this.#unpainted.value.keys());
      for (const id of this.#painted.value?.leftOut ?? []) ids.add(id);
      if (ids.size > LINGERING_MAX) return [];
      return marks.value.filter(({ id }) => ids.has(id) && !left.has(id));
    });
    this.#stops = [
      effect(() => this.#sendChanges(marks.value, picture.value)),
      effect(() => {
        void leftOut.value;
        this.#isStale.value = true;
      }),
      // The parent scales it by the scale of the view. With both, one pixel of a tile is one of the screen at rest.
      effect(() => {
        const painted = this.#painted.value;
        if (painted) this.element.style.transform = `scale(${1 / painted.scale})`;
      }),
      effect(() => this.#followView(view.value, stage.value, isMoving.value)),
      // One painting for all that happens in one task.
      effect(() => {
        const canPaint = isLoaded.value && !this.#isTelling.value && !this.#inFlight.value;
        if (canPaint && this.#isStale.value && stage.value.width > 0)
          queueMicrotask(() => this.#paintIfStale());
      }),
    ];
  }

  /** There will be texts: what lays them out can be loaded by then. */
  expectTexts(): void {
    this.#link.send({ kind: "expectTexts" });
  }

  /** Texts that could not be drawn may be drawn now. */
  retryTexts(): void {
    if (this.failedTexts.peek() > 0) this.#isStale.value = true;
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.#link.close();
  }

  #sendChanges(marks: readonly Annotation[], picture: Size): void {
    const before = this.#sent;
    const next = this.#options.markById.value;
    const changed = marks.filter((mark) => before.get(mark.id) !== mark);
    const added = changed.filter(({ id }) => !before.has(id)).length;
    // Mostly none is, and with many marks it takes long to look for them.
    const isAnyGone = before.size + added > next.size;
    const removed = isAnyGone ? Array.from(before.keys()).filter((id) => !next.has(id)) : [];
    if (changed.length === 0 && removed.length === 0 && picture === this.#sentPicture) return;
    this.#sent = next;
    this.#sentPicture = picture;
    for (let from = 0; from === 0 || from < changed.length; from += PIECE) {
      const piece = changed.slice(from, from + PIECE);
      this.#untold.push({ kind: "change", changed: piece, removed: from === 0 ? removed : [], picture });
    }
    if (!this.#isTelling.peek()) void this.#tellChanges();
    const unpainted = new Map(this.#unpainted.peek());
    for (const { id } of changed) unpainted.set(id, this.#number + 1);
    for (const id of removed) unpainted.set(id, this.#number + 1);
    this.#unpainted.value = unpainted;
    this.#isStale.value = true;
  }

  /** A single piece now, as in a drag. Of more, each one in a task of its own. */
  async #tellChanges(): Promise<void> {
    this.#isTelling.value = true;
    if (this.#untold.length > 1) await nextTask();
    for (let piece = this.#untold.shift(); piece; piece = this.#untold.shift()) {
      this.#link.send(piece);
      if (this.#untold.length > 0) await nextTask();
    }
    this.#isTelling.value = false;
  }

  #followView(view: View, stage: Size, isMoving: boolean): void {
    const painted = this.#painted.peek();
    if (!painted || stage.width === 0) return;
    const zoom = pixelScale(view) / painted.scale;
    if (zoom === 1) {
      if (!coversView(painted, view, stage, overscan() / 2)) this.#isStale.value = true;
      return;
    }
    if (!isMoving) {
      this.#paint();
      return;
    }
    const isOutgrown = zoom < SCALE_MIN || zoom > SCALE_MAX || !coversView(painted, view, stage);
    // It will soon be painted again for another scale, so it needs no overscan.
    if (isOutgrown && !this.#inFlight.peek()) this.#paint({ part: zoom < 1 ? ZOOM_OUT_AHEAD : 1, margin: 0 });
  }

  #paintIfStale(): void {
    if (this.#isStale.peek() && !this.#inFlight.peek()) this.#paint();
  }

  /**
   * @param part of the scale of the view
   * @param margin stage pixels beyond the stage
   */
  #paint({ part = 1, margin = overscan() } = {}): void {
    // It would be without what the drawer is still to be told of.
    if (this.#isTelling.peek()) {
      this.#isStale.value = true;
      return;
    }
    const stage = this.#options.stage.peek();
    const view = this.#options.view.peek();
    const scale = pixelScale(view) * part;
    if (this.#inFlight.peek()?.scale === scale) return;
    // At the smaller scale the stage shows that much more of the image on each side.
    const ahead = (Math.max(stage.width, stage.height) * (1 / part - 1)) / 2;
    const range = rangeOf(seenBox(view, stage, margin + ahead), scale);
    const leftOut = Array.from(this.#options.leftOut.peek());
    const painting = { number: ++this.#number, scale, range, leftOut };
    this.#isStale.value = false;
    this.#inFlight.value = painting;
    this.#link.send({ kind: "paint", painting });
  }

  #receive(message: FromDrawer): void {
    switch (message.kind) {
      case "painted":
        this.#show(message);
        break;
      case "measured":
        this.texts.addSizes(message.texts);
        if (message.areMissing) this.#isStale.value = true;
        break;
      case "laidOut":
        this.texts.addLayout(message.text, message.laidOut);
        break;
    }
  }

  #show({ number, tiles, content, waiting, failedTexts }: Extract<FromDrawer, { kind: "painted" }>): void {
    const painting = this.#inFlight.peek();
    if (painting?.number !== number) return;
    const [old, other] = this.#sheets;
    const sheet = painting.scale === old.scale ? old : other;
    sheet.show(painting.scale, painting.range, tiles);
    if (sheet !== old) {
      this.element.replaceChildren(sheet.element);
      old.clear();
      this.#sheets = [sheet, old];
    }
    const missing = new Set(waiting);
    const unpainted = new Map(this.#unpainted.peek());
    for (const [id, number] of unpainted)
      if (number <= painting.number && !missing.has(id)) unpainted.delete(id);
    this.#unpainted.value = unpainted;
    this.#painted.value = { ...painting, content };
    this.failedTexts.value = failedTexts;
    this.#inFlight.value = null;
    // It may have moved on meanwhile.
    const { view, stage, isMoving } = this.#options;
    this.#followView(view.peek(), stage.peek(), isMoving.peek());
  }
}

function pixelScale({ scale }: View): number {
  return scale * devicePixelRatio;
}

function overscan(): number {
  return devicePixelRatio > 1 ? OVERSCAN_DENSE : OVERSCAN;
}

function coversView({ range, scale, content }: Painted, view: View, stage: Size, margin = 0): boolean {
  return covers(range, scale, seenBox(view, stage, margin), content);
}
