import { BoundedCache } from "./bounded-cache.ts";
import { FontFace } from "./font-face.ts";
import { fontsFor } from "./font-index.ts";
import type { FontFile, FontStyle } from "./fonts.ts";
import { getHarfBuzz } from "./harfbuzz.ts";
import { openWoff } from "./open-woff.ts";
import type { TextPlatform } from "./text-platform.ts";

/** The most bytes of unpacked fonts kept. A text in one language needs 0.1 MiB, in Chinese or Japanese about 3 MiB. */
const CACHED_BYTES = 6 * 1024 * 1024;

/** Fonts by file name, for all layouts of this isolate or page. */
const cached = new BoundedCache<string, FontFace>(CACHED_BYTES, (face) => face.byteLength);

/** The fonts that a text needs. They are loaded first; after that, fonts are found without waiting. */
export class FontLibrary {
  readonly #platform: TextPlatform;
  /** Fonts in use. They are only a few MiB, since they are released before the next text. */
  readonly #loaded = new Map<FontFile, FontFace>();
  /** Results of `find` since the last `load`: characters recur. */
  readonly #found = new Map<string, FontFace | undefined>();

  constructor(platform: TextPlatform) {
    this.#platform = platform;
  }

  /** Releases all loaded fonts. */
  clear(): void {
    this.#loaded.clear();
    this.#found.clear();
  }

  /** Loads the fonts for code points, as few files as possible. Throws if a file can't be read. */
  async load(codePoints: Iterable<number>, style: FontStyle): Promise<void> {
    this.#found.clear();
    let open = Array.from(codePoints, (codePoint) => ({ codePoint, fonts: fontsFor(codePoint, style) }));
    while (open.length > 0) {
      // Each code point's next file. A file may lack a code point of its declared range: then the next file is tried.
      const next = new Set(open.flatMap(({ fonts }) => fonts.slice(0, 1)));
      await Promise.all(Array.from(next, (font) => this.#read(font)));
      open = open
        .filter(({ codePoint, fonts: [font] }) => font && !this.#loaded.get(font)?.has(codePoint))
        .map(({ codePoint, fonts }) => ({ codePoint, fonts: fonts.slice(1) }));
    }
  }

  /** Finds the first loaded font that has all of the code points. */
  find(codePoints: readonly number[], style: FontStyle): FontFace | undefined {
    const key = `${style.form} ${style.fullWidth} ${codePoints.join(" ")}`;
    if (!this.#found.has(key)) this.#found.set(key, this.#search(codePoints, style));
    return this.#found.get(key);
  }

  #search(codePoints: readonly number[], style: FontStyle): FontFace | undefined {
    const [first] = codePoints;
    if (first === undefined) return undefined;
    // In a fixed order, whatever was loaded first, so that the same text always gets the same glyphs.
    for (const font of fontsFor(first, style)) {
      const face = this.#loaded.get(font);
      if (face && codePoints.every((codePoint) => face.has(codePoint))) return face;
    }
    return undefined;
  }

  async #read(font: FontFile): Promise<void> {
    if (this.#loaded.has(font)) return;
    const face = cached.get(font.name) ?? (await readFont(this.#platform, font.name));
    cached.set(font.name, face);
    this.#loaded.set(font, face);
  }
}

async function readFont(
  { readFile, inflate, harfBuzzModule }: TextPlatform,
  name: string,
): Promise<FontFace> {
  const woff = await readFile(`fonts/${name}`);
  return new FontFace(name, await openWoff(woff, inflate), getHarfBuzz(harfBuzzModule));
}
