import { BoundedCache } from "./bounded-cache.ts";
import type { Emoji } from "../scene/glyph.ts";
import { emojiFile, emojiKey } from "./emoji-files.ts";
import type { TextPlatform } from "./text-platform.ts";

/** The most characters of SVG kept, each of one byte: about 40 of the 256 files. */
const CACHED_CHARACTERS = 2 * 1024 * 1024;

type EmojiFile = Readonly<Record<string, string>>;

/** Files by name, for all layouts of this isolate or page. */
const cached = new BoundedCache<string, EmojiFile>(CACHED_CHARACTERS, (file) =>
  Object.values(file).reduce((sum, svg) => sum + svg.length, 0),
);

const joiner = "\u200d";
/** Emoji by default, and what the emoji selector, a keycap or a join to another turns into one (UTS #51 §1.4). */
const emojiStyle =
  /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\u20e3|\p{Extended_Pictographic}.*\u200d/su;
const textSelector = "\ufe0e";
/** Whether there may be an emoji for a character that no font has. */
const pictograph = /\p{Extended_Pictographic}|\p{Emoji_Presentation}/u;

/** Whether a grapheme should be shown as an emoji rather than as a character of a font. */
export function wantsEmoji(grapheme: string): boolean {
  return emojiStyle.test(grapheme) && !grapheme.includes(textSelector);
}

export function mayBeEmoji(grapheme: string): boolean {
  return pictograph.test(grapheme);
}

/** The emoji that a text needs. They are loaded first; after that, emoji are found without waiting. */
export class EmojiLibrary {
  readonly #platform: TextPlatform;
  readonly #loaded = new Map<string, Emoji>();

  constructor(platform: TextPlatform) {
    this.#platform = platform;
  }

  /** Releases all loaded emoji. */
  clear(): void {
    this.#loaded.clear();
  }

  /** Loads the emoji of graphemes, as far as there are any. Throws if a file can't be read. */
  async load(graphemes: readonly string[]): Promise<void> {
    await this.#read(graphemes.map(emojiKey));
    const unknown = graphemes.filter((grapheme) => !this.#loaded.has(emojiKey(grapheme)));
    const parts = unknown.flatMap((grapheme) => [...grapheme.split(joiner), ...Array.from(grapheme)]);
    await this.#read(parts.map(emojiKey));
  }

  /**
   * Finds the emoji of a grapheme. For a sequence without one it returns the emoji of its parts, one after the other,
   * as UTS #51 §2.3 asks. undefined: there is none, or not for all parts.
   */
  find(grapheme: string): Emoji[] | undefined {
    const whole = this.#loaded.get(emojiKey(grapheme));
    if (whole !== undefined) return [whole];
    const found: Emoji[] = [];
    for (const part of grapheme.split(joiner)) {
      const emoji = this.#loaded.get(emojiKey(part));
      const pieces =
        emoji === undefined ? Array.from(visible(part), (char) => this.#loaded.get(emojiKey(char))) : [emoji];
      for (const piece of pieces) {
        if (piece === undefined) return undefined;
        found.push(piece);
      }
    }
    return found.length > 0 ? found : undefined;
  }

  async #read(keys: readonly string[]): Promise<void> {
    const names = new Set(keys.filter((key) => key !== "").map(emojiFile));
    // One file at a time, so that only one is held in addition to what the text needs.
    for (const name of names) {
      const file = cached.get(name) ?? (await readEmojiFile(this.#platform, name));
      cached.set(name, file);
      for (const key of keys) {
        const svg = file[key];
        if (svg !== undefined) this.#loaded.set(key, nameEmoji(key, svg));
      }
    }
  }
}

/** Makes an emoji of its elements, whose ids are used in other emoji too. */
function nameEmoji(key: string, svg: string): Emoji {
  const id = `emoji-${key}`;
  return { id, svg: svg.replaceAll(/ id="| href="#/g, (start) => `${start}${id}-`) };
}

/** Drops what is never drawn, such as the tags of a flag. */
function visible(text: string): string {
  return text.replace(/\p{Default_Ignorable_Code_Point}/gu, "");
}

async function readEmojiFile({ readFile }: TextPlatform, name: string): Promise<EmojiFile> {
  const text = new TextDecoder().decode(await readFile(`emoji/${name}`));
  // The build writes these files: they are read, not checked.
  return JSON.parse(text) as EmojiFile;
}
