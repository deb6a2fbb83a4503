import { signal } from "@preact/signals";
import type { Client } from "../../client/rest/create-client.ts";
import type { Document } from "../../protocol/model/document.ts";

/** Widths of the previews that the service makes. */
const PREVIEW_WIDTHS = [512, 1_024, 2_048] as const;
/** How many pixels of the screen may share one pixel of a preview before a larger one is loaded. */
const STRETCH_MAX = 1.1;

type Picture = NonNullable<Document["image"]>;

/** One size of the picture. Each is a layer of its own: the compositor scales it, and nothing is painted again. */
interface Level {
  /** Pixels. */
  width: number;
  element: HTMLImageElement;
  state: "new" | "loading" | "loaded" | "failed";
  address: string | null;
}

/**
 * The picture of a document: first a preview that is large enough for the screen, and the file itself when one zooms in
 * beyond that. Zoomed out again, the preview takes its place: a browser keeps a layer at the full size of its content.
 */
export class Photo {
  readonly element = document.createElement("div");
  /** Whether what is shown is sharp enough for the scale. */
  readonly isSharp = signal(true);
  /** Whether there is a picture, and nothing of it is shown yet. */
  readonly isAwaited = signal(false);
  readonly #client: Client;
  readonly #hasToken: () => boolean;
  #documentId = "";
  #picture: Picture | null = null;
  #levels: Level[] = [];
  #shown: Level | null = null;

  constructor(client: Client, hasToken: () => boolean) {
    this.#client = client;
    this.#hasToken = hasToken;
    this.element.className = "photo";
  }

  /** Shows the picture of a document. Another one takes the place of the last one when it is there. */
  set({ id, image }: Document): void {
    if (image?.sha256 === this.#picture?.sha256) return;
    for (const level of this.#levels) this.#drop(level);
    this.#documentId = id;
    this.#picture = image;
    this.#shown = null;
    this.isAwaited.value = image !== null;
    const widths = image ? [...PREVIEW_WIDTHS.filter((width) => width < image.width), image.width] : [];
    this.#levels = widths.map((width) => ({ width, element: new Image(), state: "new", address: null }));
    this.element.replaceChildren();
  }

  /**
   * Loads the size that a scale needs, and shows one that is loaded. The parent scales all sizes alike.
   *
   * @param detail the scale for which the shown size is to be sharp
   */
  place(scale: number, detail = scale): void {
    const picture = this.#picture;
    if (!picture) return;
    const level = this.#pick(picture, scale, ({ state }) => state !== "failed");
    if (level?.state === "new") void this.#load(level, picture);
    this.#show(this.#pick(picture, detail, ({ state }) => state === "loaded"));
    this.isSharp.value = level === undefined || level === this.#shown;
  }

  close(): void {
    for (const level of this.#levels) this.#drop(level);
  }

  /** The smallest level that is sharp at a scale; if none is, the largest. */
  #pick(picture: Picture, scale: number, isFit: (level: Level) => boolean): Level | undefined {
    const needed = (picture.width * scale * devicePixelRatio) / STRETCH_MAX;
    const levels = this.#levels.filter(isFit);
    return levels.find(({ width }) => width >= needed) ?? levels.at(-1);
  }

  #show(level: Level | undefined): void {
    if (!level || level === this.#shown) return;
    if (this.#shown) this.#shown.element.hidden = true;
    level.element.hidden = false;
    this.#shown = level;
    this.isAwaited.value = false;
  }

  async #load(level: Level, picture: Picture): Promise<void> {
    const { element } = level;
    level.state = "loading";
    try {
      const address = await this.#addressOf(level, picture);
      if (picture !== this.#picture) return;
      element.alt = "";
      element.draggable = false;
      element.style.width = `${level.width}px`;
      element.style.height = `${(picture.height * level.width) / picture.width}px`;
      element.style.transform = `scale(${picture.width / level.width})`;
      element.hidden = true;
      element.src = address;
      await element.decode();
      level.state = "loaded";
    } catch {
      // A picture that has no preview (R44) is shown from its file; without any, the sheet stays empty.
      level.state = "failed";
    }
    if (picture !== this.#picture) return;
    if (level.state === "loaded") this.element.append(element);
    this.onLoad();
  }

  /** Set by the stage: places the picture again. */
  onLoad: () => void = () => undefined;

  /** A token can't stand in an address: with one, the file is fetched, and shown from memory. */
  async #addressOf(level: Level, picture: Picture): Promise<string> {
    const { sha256 } = picture;
    const preview = PREVIEW_WIDTHS.find((width) => width === level.width && width < picture.width);
    const query = preview === undefined ? { sha256 } : { sha256, width: preview };
    if (!this.#hasToken()) return this.#client.documents.imageUrl(this.#documentId, query);
    const file = await this.#client.documents.getImage(this.#documentId, query);
    level.address = URL.createObjectURL(file);
    return level.address;
  }

  #drop({ element, address }: Level): void {
    element.remove();
    if (address !== null) URL.revokeObjectURL(address);
  }
}
