import { BoundedCache } from "./bounded-cache.ts";
import { emojiFile, emojiKey } from "./emoji-files.ts";

/** Characters of SVG that an isolate keeps, each one byte: some 40 files of 256. */
const CACHED_CHARACTERS = 2 * 1024 * 1024;

type EmojiFile = Readonly<Record<string, string>>;

/** Files of this isolate, by name. */
const cached = new BoundedCache<EmojiFile>(CACHED_CHARACTERS, (file) =>
  Object.values(file).reduce((sum, svg) => sum + svg.length, 0),
);

const joiner = "\u200d";
/** Asks for a picture: those that are pictures by default, and any with the selector, the keycap or a join to another (UTS #51 §1.4). */
const pictureStyle =
  /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\u20e3|\p{Extended_Pictographic}.*\u200d/su;
const textSelector = "\ufe0e";
/** Has a picture perhaps, for where no font has it. */
const pictograph = /\p{Extended_Pictographic}|\p{Emoji_Presentation}/u;

/** Whether a grapheme is to be shown as a picture rather than as a letter of a font. */
export function wantsPicture(grapheme: string): boolean {
  return pictureStyle.test(grapheme) && !grapheme.includes(textSelector);
}

export function mayBePicture(grapheme: string): boolean {
  return pictograph.test(grapheme);
}

/** The pictures that a text needs, as SVG elements in a square of `EMOJI_UNITS`. Read first, then found without waiting. */
export class EmojiLibrary {
  readonly #assets: Fetcher;
  readonly #loaded = new Map<string, string>();

  /** `assets`: the Worker's static assets, with the files of `emoji-files.ts` under `/emoji/`. */
  constructor(assets: Fetcher) {
    this.#assets = assets;
  }

  /** Lets go of what was loaded. */
  clear(): void {
    this.#loaded.clear();
  }

  /** Reads the pictures of graphemes, as far as there are any. Throws where a file can't be read. */
  async load(graphemes: readonly string[]): Promise<void> {
    await this.#read(graphemes.map(emojiKey));
    const unknown = graphemes.filter((grapheme) => !this.#loaded.has(emojiKey(grapheme)));
    const parts = unknown.flatMap((grapheme) => [...grapheme.split(joiner), ...Array.from(grapheme)]);
    await this.#read(parts.map(emojiKey));
  }

  /**
   * The picture of a grapheme; of a sequence that has none, the pictures of its parts, one after the other, as UTS #51 §2.3 asks.
   * undefined: there is none of it, or not of all of its parts.
   */
  find(grapheme: string): string[] | undefined {
    const whole = this.#loaded.get(emojiKey(grapheme));
    if (whole !== undefined) return [whole];
    const pictures: string[] = [];
    for (const part of grapheme.split(joiner)) {
      const picture = this.#loaded.get(emojiKey(part));
      const pieces =
        picture === undefined
          ? Array.from(visible(part), (char) => this.#loaded.get(emojiKey(char)))
          : [picture];
      for (const piece of pieces) {
        if (piece === undefined) return undefined;
        pictures.push(piece);
      }
    }
    return pictures.length > 0 ? pictures : undefined;
  }

  async #read(keys: readonly string[]): Promise<void> {
    const names = new Set(keys.filter((key) => key !== "").map(emojiFile));
    // One after the other, so that no more than a file is held beside what the text needs.
    for (const name of names) {
      const file = cached.get(name) ?? (await fetchFile(this.#assets, name));
      cached.set(name, file);
      for (const key of keys) {
        const svg = file[key];
        if (svg !== undefined) this.#loaded.set(key, svg);
      }
    }
  }
}

/** Without what is never drawn, such as the tags of a flag. */
function visible(text: string): string {
  return text.replace(/\p{Default_Ignorable_Code_Point}/gu, "");
}

async function fetchFile(assets: Fetcher, name: string): Promise<EmojiFile> {
  // The assets binding answers any host.
  const response = await assets.fetch(`http://assets/emoji/${name}`);
  if (!response.ok) throw new Error(`The emoji ${name} are missing from the assets: ${response.status}`);
  return response.json<EmojiFile>();
}
