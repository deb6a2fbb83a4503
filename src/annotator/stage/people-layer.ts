import { effect, type ReadonlySignal } from "@preact/signals";
import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Bounds } from "../../scene/bounds.ts";
import type { Person } from "./others.ts";
import { drawOutline } from "./outline.ts";
import type { Point } from "./stage-api.ts";
import { createSvg, createUse } from "./svg.ts";

/** Cursors come 20 times a second; between two of them they glide. */
const GLIDE_MS = 80;

interface Options {
  people: ReadonlySignal<readonly Person[]>;
  scale: ReadonlySignal<number>;
  /** A mark as it is drawn now; undefined: there is none, or it is hidden. */
  find: (id: string) => Annotation | undefined;
  /** What `find` reads. Told apart, so that it is followed. */
  marks: ReadonlySignal<unknown>;
  boundsOf: (mark: Annotation) => Bounds;
}

/** A cursor, in image pixels. */
interface Cursor {
  element: HTMLElement;
  name: Text;
  from: Point;
  to: Point;
  startedAt: number;
}

interface Selection {
  color: string;
  name: string;
  marks: readonly Annotation[];
}

/** Others on the picture: their cursors with their names, and lines around what they have selected. */
export class PeopleLayer {
  /** In stage pixels, with the origin of the picture. It moves with the view. */
  readonly element = document.createElement("div");
  /** Lines in image pixels. Their parent moves and scales with the view. */
  readonly outlines = createSvg("g");
  readonly #options: Options;
  readonly #cursors = new Map<string, Cursor>();
  /** Names beside selections, with their places in image pixels. */
  #tags: { element: HTMLElement; at: Point }[] = [];
  #selected: readonly Selection[] = [];
  readonly #stops: (() => void)[];
  readonly #reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
  #frame = 0;

  constructor(options: Options) {
    this.#options = options;
    const { people, scale, marks } = options;
    this.element.className = "people";
    this.element.setAttribute("aria-hidden", "true");
    this.#stops = [
      effect(() => this.#setCursors(people.value)),
      effect(() => {
        void marks.value;
        this.#setSelections(people.value);
      }),
      effect(() => {
        void scale.value;
        this.#placeTags();
        this.#placeCursors();
      }),
    ];
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    for (const stop of this.#stops) stop();
  }

  #setCursors(people: readonly Person[]): void {
    const gone = new Set(this.#cursors.keys());
    const now = performance.now();
    for (const { connectionId, name, color, shown } of people) {
      if (!shown.cursor) continue;
      gone.delete(connectionId);
      const [x, y] = shown.cursor;
      const cursor = this.#cursors.get(connectionId);
      if (!cursor) {
        const created = createCursor(color, name);
        this.element.append(created.element);
        this.#cursors.set(connectionId, { ...created, from: { x, y }, to: { x, y }, startedAt: now });
        continue;
      }
      if (cursor.name.data !== name) cursor.name.data = name;
      if (cursor.to.x === x && cursor.to.y === y) continue;
      cursor.from = placeAt(cursor, now);
      cursor.to = { x, y };
      cursor.startedAt = this.#reducedMotion.matches ? -Infinity : now;
    }
    for (const id of gone) {
      this.#cursors.get(id)?.element.remove();
      this.#cursors.delete(id);
    }
    this.#placeCursors();
  }

  /** Places all cursors, again in the next frame while one glides. */
  #placeCursors(): void {
    cancelAnimationFrame(this.#frame);
    const now = performance.now();
    const scale = this.#options.scale.peek();
    let glides = false;
    for (const cursor of this.#cursors.values()) {
      const { x, y } = placeAt(cursor, now);
      moveTo(cursor.element, { x: x * scale, y: y * scale });
      glides ||= now - cursor.startedAt < GLIDE_MS;
    }
    if (glides) this.#frame = requestAnimationFrame(() => this.#placeCursors());
  }

  #setSelections(people: readonly Person[]): void {
    const { find, boundsOf } = this.#options;
    const selected = people
      .map(({ name, color, shown }) => ({
        name,
        color,
        marks: (shown.selection ?? []).flatMap((id) => find(id) ?? []),
      }))
      .filter(({ marks }) => marks.length > 0);
    // Cursors move all the time, selections hardly ever.
    if (sameSelections(selected, this.#selected)) return;
    this.#selected = selected;
    this.outlines.replaceChildren(
      ...selected.flatMap(({ color, marks }) =>
        marks.flatMap((mark) => {
          const bounds = boundsOf(mark);
          return ["their-under", "their"].map((name) => drawOutline(mark, `${name} ${color}`, bounds));
        }),
      ),
    );
    for (const { element } of this.#tags) element.remove();
    this.#tags = selected.flatMap(({ name, color, marks: [first] }) => {
      if (!first) return [];
      const element = document.createElement("span");
      element.className = `tag ${color}`;
      element.textContent = name;
      const { left, top } = boundsOf(first);
      return [{ element, at: { x: left, y: top } }];
    });
    this.element.append(...this.#tags.map(({ element }) => element));
    this.#placeTags();
  }

  #placeTags(): void {
    const scale = this.#options.scale.peek();
    for (const { element, at } of this.#tags) moveTo(element, { x: at.x * scale, y: at.y * scale });
  }
}

function sameSelections(a: readonly Selection[], b: readonly Selection[]): boolean {
  return a.length === b.length && a.every((one, index) => sameSelection(one, b[index]));
}

function sameSelection(a: Selection, b: Selection | undefined): boolean {
  return (
    a.name === b?.name &&
    a.color === b.color &&
    a.marks.length === b.marks.length &&
    a.marks.every((mark, index) => mark === b.marks[index])
  );
}

function createCursor(color: string, name: string): Pick<Cursor, "element" | "name"> {
  const element = document.createElement("div");
  element.className = `person ${color}`;
  const label = document.createElement("span");
  label.className = "name";
  const text = document.createTextNode(name);
  label.append(text);
  element.append(createUse("cursor"), label);
  return { element, name: text };
}

function placeAt({ from, to, startedAt }: Cursor, now: number): Point {
  const part = Math.min(1, (now - startedAt) / GLIDE_MS);
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

function moveTo(element: HTMLElement, { x, y }: Point): void {
  element.style.transform = `translate(${x}px, ${y}px)`;
}
