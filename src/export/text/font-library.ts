import { FontFace } from "./font-face.ts";
import { fontFiles, type FontFile } from "./fonts.ts";

/** Fonts of this isolate, by file name: a file is read and parsed once. */
const cached = new Map<string, Promise<FontFace>>();

/** The fonts that some texts need. Reading is asynchronous and done first; afterwards fonts are chosen without waiting. */
export class FontLibrary {
  readonly #assets: Fetcher;
  readonly #loaded = new Map<FontFile, FontFace>();

  /** `assets`: the Worker's static assets, with the files of `fonts.ts` under `/fonts/`. */
  constructor(assets: Fetcher) {
    this.#assets = assets;
  }

  /** Reads what the code points need. Throws where a file can't be read. */
  async load(codePoints: ReadonlySet<number>): Promise<void> {
    const needed = fontFiles.filter((font) => !this.#loaded.has(font) && isFor(font, codePoints));
    const faces = await Promise.all(needed.map((font) => readFont(this.#assets, font.name)));
    for (const [index, font] of needed.entries()) {
      const face = faces[index];
      if (face) this.#loaded.set(font, face);
    }
  }

  /** The first loaded font that has every one of the code points. */
  find(codePoints: readonly number[]): FontFace | undefined {
    // In the order of `fontFiles`, whatever was read first: the same text always gets the same glyphs.
    for (const font of fontFiles) {
      const face = this.#loaded.get(font);
      if (face && codePoints.every((codePoint) => face.has(codePoint))) return face;
    }
    return undefined;
  }
}

function isFor(font: FontFile, codePoints: ReadonlySet<number>): boolean {
  for (const codePoint of codePoints) {
    if (font.ranges.some(([first, last]) => codePoint >= first && codePoint <= last)) return true;
  }
  return false;
}

function readFont(assets: Fetcher, name: string): Promise<FontFace> {
  const known = cached.get(name);
  if (known) return known;
  const reading = fetchFont(assets, name);
  cached.set(name, reading);
  // A failure is not kept: the next text tries again.
  reading.catch(() => cached.delete(name));
  return reading;
}

async function fetchFont(assets: Fetcher, name: string): Promise<FontFace> {
  // The assets binding answers any host.
  const response = await assets.fetch(`http://assets/fonts/${name}`);
  if (!response.ok) throw new Error(`The font ${name} is missing from the assets: ${response.status}`);
  return new FontFace(new Uint8Array(await response.arrayBuffer()));
}
