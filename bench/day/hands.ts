import type { Page } from "playwright-core";

/**
 * Seconds of the keystroke-level model (Card, Moran & Newell, "The keystroke-level model for user performance time with
 * interactive systems", Communications of the ACM 23(7), 1980, pp. 396–410): a key for an average typist, pointing with
 * a mouse, pressing or releasing its button, and making up one's mind. Hands stay where they are: one has the mouse,
 * the other one the keys.
 */
const SECONDS = { key: 0.28, point: 1.1, button: 0.1, think: 1.35 };

export interface Effort {
  /** Keys pressed. A modifier is one, too, once for all that it is held for. */
  keys: number;
  /** Times that the mouse went somewhere, and pixels of the screen it went. */
  points: number;
  travel: number;
  /** Presses and releases of its button. */
  buttons: number;
  thinks: number;
}

/** What a person does with keys and mouse: done in a page, if there is one, and counted. */
export class Hands {
  readonly effort: Effort = { keys: 0, points: 0, travel: 0, buttons: 0, thinks: 0 };
  readonly #page: Page | null;
  readonly #rest: () => Promise<void>;
  #at = { x: 0, y: 0 };

  /**
   * @param page null: only to be counted, as another program would need it
   * @param rest what happens meanwhile when a person thinks
   */
  constructor(page: Page | null, rest: () => Promise<void> = () => Promise.resolve()) {
    this.#page = page;
    this.#rest = rest;
  }

  /** Making up one's mind about the next thing. */
  async think(): Promise<void> {
    this.effort.thinks++;
    await this.#rest();
  }

  /** Presses keys one after the other, with a modifier held meanwhile. */
  async press(keys: readonly string[], modifier?: "Shift" | "Control"): Promise<void> {
    if (keys.length === 0) return;
    this.effort.keys += keys.length + (modifier ? 1 : 0);
    if (!this.#page) return;
    const { keyboard } = this.#page;
    if (modifier) await keyboard.down(modifier);
    for (const key of keys) await keyboard.press(key);
    if (modifier) await keyboard.up(modifier);
  }

  async point(x: number, y: number): Promise<void> {
    this.effort.points++;
    this.effort.travel += Math.hypot(x - this.#at.x, y - this.#at.y);
    this.#at = { x, y };
    await this.#page?.mouse.move(x, y, { steps: 3 });
  }

  async down(): Promise<void> {
    this.effort.buttons++;
    await this.#page?.mouse.down();
  }

  async up(): Promise<void> {
    this.effort.buttons++;
    await this.#page?.mouse.up();
  }

  async click(): Promise<void> {
    await this.down();
    await this.up();
  }
}

export function secondsOf({ keys, points, buttons, thinks }: Effort): number {
  return keys * SECONDS.key + points * SECONDS.point + buttons * SECONDS.button + thinks * SECONDS.think;
}
