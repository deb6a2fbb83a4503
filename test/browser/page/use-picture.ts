import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { ServiceAddress } from "../../client/support/service.ts";
import type { usePages } from "./use-pages.ts";

/** Opens a new document, ready to be drawn on. */
export async function openPicture(
  pages: ReturnType<typeof usePages>,
  title: string,
  options: Parameters<ReturnType<typeof usePages>["open"]>[1] = {},
): Promise<Picture> {
  const id = await pages.createDocument(title);
  return new Picture(await pages.open(`/d/${id}`, options), id, pages.service).wait();
}

/** Image pixels of the sheets that tests draw on. */
const WIDTH = 1_200;

/** A picture that is open on a page, to be drawn on in image pixels, and what the service has of it. */
export class Picture {
  readonly page: Page;
  readonly documentId: string;
  readonly #service: ServiceAddress;

  constructor(page: Page, documentId: string, service: ServiceAddress) {
    this.page = page;
    this.documentId = documentId;
    this.#service = service;
  }

  /** Waits until the room is live and the picture has its place. */
  async wait(): Promise<this> {
    await this.page.locator(".picture").waitFor();
    await this.page.getByText("Saved").first().waitFor();
    await expect
      .poll(async () => (await this.page.locator(".picture").boundingBox())?.width ?? 0)
      .toBeGreaterThan(100);
    return this;
  }

  /** Where an image pixel is on the page. */
  async at(x: number, y: number): Promise<{ x: number; y: number }> {
    const box = await this.page.locator(".picture").boundingBox();
    if (!box) throw new Error("there is no picture");
    const scale = box.width / WIDTH;
    return { x: box.x + x * scale, y: box.y + y * scale };
  }

  async click(x: number, y: number, options: { clickCount?: number } = {}): Promise<void> {
    const place = await this.at(x, y);
    await this.page.mouse.click(place.x, place.y, options);
  }

  /** Presses, moves through all the places, and releases. */
  async drag(...places: [x: number, y: number][]): Promise<void> {
    const [first, ...rest] = await Promise.all(places.map(([x, y]) => this.at(x, y)));
    if (!first) return;
    await this.page.mouse.move(first.x, first.y);
    await this.page.mouse.down();
    for (const { x, y } of rest) await this.page.mouse.move(x, y, { steps: 4 });
    await this.page.mouse.up();
  }

  /** Presses keys one after the other; returns how many. */
  async press(...keys: string[]): Promise<number> {
    for (const key of keys) await this.page.keyboard.press(key);
    return keys.length;
  }

  /** The annotations that the service has. */
  async marks(): Promise<Annotation[]> {
    const answer = await fetch(
      new URL(`/v1/annotations?document_id=${this.documentId}&size=100`, this.#service.url),
    );
    const { items } = (await answer.json()) as { items: Annotation[] };
    return items.toSorted((a, b) => a.ordinal - b.ordinal);
  }

  /** Waits until the service has so many marks. */
  async expectMarks(count: number): Promise<Annotation[]> {
    await expect.poll(async () => (await this.marks()).length).toBe(count);
    return this.marks();
  }

  /** Waits until a mark is so. */
  async expectMark(id: string, isSo: (mark: Annotation) => boolean): Promise<Annotation> {
    let found: Annotation | undefined;
    const check = async (): Promise<boolean> => {
      found = (await this.marks()).find((mark) => mark.id === id);
      return found !== undefined && isSo(found);
    };
    await expect.poll(check).toBe(true);
    if (!found) throw new Error("it is there");
    return found;
  }
}
