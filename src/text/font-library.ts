import { BoundedCache } from "./bounded-cache.ts";
import { FontFace } from "./font-face.ts";
import { fontsFor } from "./font-index.ts";
import type { FontFile, FontStyle } from "./fonts.ts";
import { openWoff } from "./open-woff.ts";

/** Bytes of unpacked fonts that an isolate keeps: a text of one language takes 0.1 MiB, of Chinese or Japanese about 3. */
const CACHED_BYTES = 6 * 1024 * 1024;

/** Fonts of this isolate, by file name. */
const cached = new BoundedCache<FontFace>(CACHED_BYTES, (face) => face.byteLength);

/** The fonts that a text needs. Reading is asynchronous and done first; afterwards fonts are chosen without waiting. */
export class FontLibrary {
  readonly #assets: Fetcher;
  /** Fonts in use: they are not many MiB, since they are let go for the next text. */
  readonly #loaded = new Map<FontFile, FontFace>();
  /** What `find` has answered since the last `load`: characters come again and again. */
  readonly #found = new Map<string, FontFace | undefined>();

  /** `assets`: the Worker's static assets, with the files of `fonts.ts` under `/fonts/`. */
  constructor(assets: Fetcher) {
    this.#assets = assets;
  }

  /** Lets go of what was loaded. */
  clear(): void {
    this.#loaded.clear();
    this.#found.clear();
  }

  /** Reads what the code points need, as few files as possible. Throws where a file can't be read. */
  async load(codePoints: Iterable<number>, style: FontStyle): Promise<void> {
    this.#found.clear();
    let open = Array.from(codePoints, (codePoint) => ({ codePoint, fonts: fontsFor(codePoint, style) }));
    while (open.length > 0) {
      // Each code point's next file. What a file is said to have is not always there: then the one after it is read.
      const next = new Set(open.flatMap(({ fonts }) => fonts.slice(0, 1)));
      await Promise.all(Array.from(next, (font) => this.#read(font)));
      open = open
        .filter(({ codePoint, fonts: [font] }) => font && !this.#loaded.get(font)?.has(codePoint))
        .map(({ codePoint, fonts }) => ({ codePoint, fonts: fonts.slice(1) }));
    }
  }

  /** The first loaded font that has every one of the code points. */
  find(codePoints: readonly number[], style: FontStyle): FontFace | undefined {
    const key = `${style.form} ${style.fullWidth} ${codePoints.join(" ")}`;
    if (!this.#found.has(key)) this.#found.set(key, this.#search(codePoints, style));
    return this.#found.get(key);
  }

  #search(codePoints: readonly number[], style: FontStyle): FontFace | undefined {
    const [first] = codePoints;
    if (first === undefined) return undefined;
    // In an order of their own, whatever was read first: the same text always gets the same glyphs.
    for (const font of fontsFor(first, style)) {
      const face = this.#loaded.get(font);
      if (face && codePoints.every((codePoint) => face.has(codePoint))) return face;
    }
    return undefined;
  }

  async #read(font: FontFile): Promise<void> {
    if (this.#loaded.has(font)) return;
    const face = cached.get(font.name) ?? (await fetchFont(this.#assets, font.name));
    cached.set(font.name, face);
    this.#loaded.set(font, face);
  }
}

async function fetchFont(assets: Fetcher, name: string): Promise<FontFace> {
  // The assets binding answers any host.
  const response = await assets.fetch(`http://assets/fonts/${name}`);
  if (!response.ok) throw new Error(`The font ${name} is missing from the assets: ${response.status}`);
  return new FontFace(openWoff(new Uint8Array(await response.arrayBuffer())));
}
