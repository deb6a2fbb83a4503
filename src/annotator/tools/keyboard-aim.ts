import { signal } from "@preact/signals";
import type { Point } from "../../protocol/model/geometry.ts";
import type { Editor } from "../editor/editor.ts";
import type { Words } from "../words/en.ts";
import type { Aim, Tool } from "./tool.ts";
import { toStage } from "./tool.ts";
import type { Stage } from "../stage/stage-api.ts";

/** Stage pixels of a press of an arrow key, and of one with Shift. With Ctrl it is one image pixel. */
const STEP = 4;
const FAR_STEP = 40;
/** While a key is held, it speeds up to so many times its step. */
const SPEED_MAX = 8;
/** Milliseconds of rest after which the place is said: a reader could not keep up. */
const SAY_MS = 400;

/** Draws by keyboard: arrow keys move a crosshair, and Enter is a click there. */
export class KeyboardAim {
  /** The crosshair in image pixels. null: the pointer is used. */
  readonly at = signal<Point | null>(null);
  /** Where the pointer was last, in image pixels: the crosshair begins there. */
  pointer: Point | null = null;
  readonly #editor: Editor;
  readonly #stage: Stage;
  /** How far the second click was from the first, the last time: a box of the same size needs no arrows. */
  readonly #sizes = new Map<string, Point>();
  #from: Point | null = null;
  #isDrawing = false;
  #speed = 1;
  #sayTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(editor: Editor, stage: Stage) {
    this.#editor = editor;
    this.#stage = stage;
  }

  /** Moves the crosshair. It begins where the pointer was, or in the middle of what is seen. */
  move(tool: Tool, [right, down]: Point, step: "usual" | "far" | "pixel", isHeld: boolean): void {
    this.#speed = isHeld ? Math.min(SPEED_MAX, this.#speed * 1.15) : 1;
    const { scale } = this.#stage.view.value;
    const stagePixels = step === "far" ? FAR_STEP : STEP * this.#speed;
    const by = step === "pixel" ? 1 : Math.max(1, Math.round(stagePixels / scale));
    const [x, y] = this.#start();
    this.moveTo(tool, [x + right * by, y + down * by]);
  }

  /** Moves the crosshair to a place of the picture. */
  moveTo(tool: Tool, [x, y]: Point): void {
    const { width, height } = this.#stage.size.value;
    const at: Point = [clamp(Math.round(x), width), clamp(Math.round(y), height)];
    this.at.value = at;
    this.#reveal(at);
    const aim = this.#aim(at);
    if (this.#isDrawing) tool.drag(aim);
    else tool.hover(aim);
    this.#saySoon();
  }

  /** A click at the crosshair. A freehand stroke begins with one, and ends with the next. */
  click(tool: Tool): void {
    const at = this.#start();
    this.at.value = at;
    const { tool: name, drawing } = this.#editor;
    if (name.value === "freehand") {
      if (this.#isDrawing) tool.release(this.#aim(at));
      else tool.press(this.#aim(at));
      this.#isDrawing = !this.#isDrawing;
      return;
    }
    const isSecond = drawing.value !== null && this.#from !== null && hasTwoPlaces(name.value);
    const to = isSecond && this.#from && isSame(this.#from, at) ? this.#repeatSize(at) : at;
    if (isSecond && this.#from) this.#sizes.set(name.value, [to[0] - this.#from[0], to[1] - this.#from[1]]);
    this.#from = isSecond ? null : at;
    const aim = this.#aim(to);
    tool.hover(aim);
    tool.press(aim);
    tool.release(aim);
    // The mark that was made is said, and not talked over by where the crosshair is.
    if (drawing.value === null) clearTimeout(this.#sayTimer);
  }

  /** The pointer is used, or another tool: the crosshair goes. */
  hide(): void {
    this.#isDrawing = false;
    this.#from = null;
    if (this.at.value) this.at.value = null;
    clearTimeout(this.#sayTimer);
  }

  /** What was being drawn is over; the crosshair stays for the next one. */
  rest(): void {
    this.#isDrawing = false;
    this.#from = null;
  }

  #start(): Point {
    const { x, y } = this.#stage.seen.value;
    const { width, height } = this.#stage.size.value;
    const [startX, startY] = this.pointer ?? [x, y];
    return this.at.value ?? [clamp(Math.round(startX), width), clamp(Math.round(startY), height)];
  }

  /** As far from the first place as the last time; at first, a tenth of the picture. */
  #repeatSize(from: Point): Point {
    const { width, height } = this.#stage.size.value;
    const side = Math.round(Math.min(width, height) / 10);
    const [dx, dy] = this.#sizes.get(this.#editor.tool.value) ?? [side, side];
    return [from[0] + dx, from[1] + dy];
  }

  #aim(at: Point): Aim {
    const on = toStage(this.#stage, at);
    return { at, on, path: [at], isTouch: false, isConstrained: false, isCentred: false, isFree: false };
  }

  #reveal([x, y]: Point): void {
    const on = toStage(this.#stage, [x, y]);
    const { clientWidth, clientHeight } = this.#stage.element;
    if (on.x >= 0 && on.y >= 0 && on.x <= clientWidth && on.y <= clientHeight) return;
    this.#stage.reveal({ left: x, top: y, right: x, bottom: y });
  }

  #saySoon(): void {
    clearTimeout(this.#sayTimer);
    this.#sayTimer = setTimeout(() => {
      const at = this.at.value;
      if (!at) return;
      const from = this.#from;
      const say = ({ stage }: Words): string =>
        from ? stage.size(Math.abs(at[0] - from[0]), Math.abs(at[1] - from[1])) : stage.crosshair(...at);
      this.#editor.announce(say);
    }, SAY_MS);
  }
}

function hasTwoPlaces(tool: string): boolean {
  return tool === "box" || tool === "ellipse" || tool === "line" || tool === "arrow";
}

function isSame(a: Point, b: Point): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

function clamp(value: number, max: number): number {
  return Math.min(max, Math.max(0, value));
}
