import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Annotation } from "../../protocol/model/annotation.ts";
import { nextTask } from "../editor/next-task.ts";
import { connectDrawer } from "./raster/connect-drawer.ts";
import type { FromDrawer, Painting, ToDrawer } from "./raster/messages.ts";
import type { View } from "./stage-api.ts";
import { TextSizes } from "./text-sizes.ts";
import { coverStage, cutTiles, TileSheet } from "./tiles.ts";
import type { Size } from "./view-geometry.ts";

/** Between these scales, what was painted is only scaled. */
const SCALE_MIN = 0.6;
const SCALE_MAX = 2;
/** When the view has rested so long, the marks are painted for it. */
const REST_MS = 120;
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
  /** That of the view: a pan does not change it. */
  scale: ReadonlySignal<number>;
  stage: ReadonlySignal<Size>;
}

/**
 * The marks as a picture. A drawer, mostly a worker, paints them for a view and a little around it; until it has painted
 * the next one, that picture is moved and scaled. So a pan or zoom costs the page hardly more than the photo alone.
 */
export class MarksLayer {
  readonly element = document.createElement("div");
  readonly texts: TextSizes;
  /** Whether what is shown is what there is, at this scale. */
  readonly isPainted: ReadonlySignal<boolean>;
  /** Marks that are not in the picture yet, or no more: the overlay draws them. */
  readonly lingering: ReadonlySignal<readonly Annotation[]>;
  readonly #options: Options;
  readonly #link;
  readonly #stops: (() => void)[];
  /** The one that shows, and the one that is being painted. */
  #sheets: [TileSheet, TileSheet] = [new TileSheet(), new TileSheet()];
  #sent: ReadonlyMap<string, Annotation> = new Map();
  #sentPicture: Size | undefined;
  /** Changes that no finished painting has, with the number of the first painting that will have them. */
  readonly #unpainted = signal<ReadonlyMap<string, number>>(new Map());
  readonly #painted = signal<Painting | null>(null);
  /** Something to paint, besides another view. */
  readonly #isStale = signal(false);
  /** Changes that the drawer is still to be told of. */
  readonly #untold: ToDrawer[] = [];
  readonly #isTelling = signal(false);
  readonly #inFlight = signal<Painting | null>(null);
  #number = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.element.className = "marks-host";
    for (const { element } of this.#sheets) this.element.append(element);
    this.#link = connectDrawer(options.service, (message) => this.#receive(message));
    this.texts = new TextSizes((text) => this.#link.send({ kind: "layOut", text }));
    const { isLoaded, marks, leftOut, picture, view, scale, stage } = options;
    this.isPainted = computed(() => {
      const { value: painted } = this.#painted;
      if (!painted || this.#isStale.value || this.#inFlight.value || this.#unpainted.value.size > 0)
        return false;
      return painted.view.scale === view.value.scale && covers(painted, view.value, stage.value);
    });
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
      effect(() => {
        const now = scale.value;
        for (const sheet of this.#sheets) sheet.place(now);
      }),
      effect(() => this.#followView(view.value, stage.value)),
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

  close(): void {
    clearTimeout(this.#rest);
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

  #followView(view: View, stage: Size): void {
    clearTimeout(this.#rest);
    const painted = this.#painted.peek();
    if (!painted || stage.width === 0) return;
    const zoom = view.scale / painted.view.scale;
    if (zoom === 1 && covers(painted, view, stage) && painted.ratio === devicePixelRatio) return;
    if (zoom < SCALE_MIN || zoom > SCALE_MAX || !covers(painted, view, stage)) this.#isStale.value = true;
    else this.#rest = setTimeout(() => (this.#isStale.value = true), REST_MS);
  }

  #paintIfStale(): void {
    if (!this.#isStale.peek() || this.#inFlight.peek() || this.#isTelling.peek()) return;
    clearTimeout(this.#rest);
    const stage = this.#options.stage.peek();
    const view = this.#options.view.peek();
    const ratio = devicePixelRatio;
    const painting = {
      number: ++this.#number,
      view,
      ratio,
      tiles: cutTiles(coverStage(stage, ratio), ratio),
      leftOut: Array.from(this.#options.leftOut.peek()),
    };
    this.#isStale.value = false;
    this.#inFlight.value = painting;
    this.#sheets[1].begin(painting);
    this.#link.send({ kind: "paint", painting });
  }

  #receive(message: FromDrawer): void {
    switch (message.kind) {
      case "tile":
        this.#sheets[1].put(message.index, message.image);
        break;
      case "painted":
        this.#show(message.waiting);
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

  /** @param waiting marks that are still missing in the painting */
  #show(waiting: readonly string[]): void {
    const painting = this.#inFlight.peek();
    if (!painting) return;
    const [old, fresh] = this.#sheets;
    fresh.place(this.#options.view.peek().scale);
    fresh.trim();
    fresh.element.hidden = false;
    old.element.hidden = true;
    this.#sheets = [fresh, old];
    const missing = new Set(waiting);
    const unpainted = new Map(this.#unpainted.peek());
    for (const [id, number] of unpainted)
      if (number <= painting.number && !missing.has(id)) unpainted.delete(id);
    this.#unpainted.value = unpainted;
    this.#painted.value = painting;
    this.#inFlight.value = null;
    // It may have moved on meanwhile.
    this.#followView(this.#options.view.peek(), this.#options.stage.peek());
  }
}

/** Whether a painting reaches over all of the stage at a view. */
function covers({ view: painted, tiles, ratio }: Painting, view: View, stage: Size): boolean {
  const zoom = view.scale / painted.scale;
  const [first, last] = [tiles[0], tiles.at(-1)];
  if (!first || !last) return false;
  const x = (at: number): number => view.x + (at - painted.x) * zoom;
  const y = (at: number): number => view.y + (at - painted.y) * zoom;
  return (
    x(first.left) <= 0 &&
    y(first.top) <= 0 &&
    x(last.left + last.width / ratio) >= stage.width &&
    y(last.top + last.height / ratio) >= stage.height
  );
}
