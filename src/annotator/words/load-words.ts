import { en, type Words } from "./en.ts";

/** Languages besides English, loaded when they are wanted. */
const languages: Record<string, () => Promise<Words>> = {
  de: async () => (await import("./de.ts")).de,
};

/**
 * The words of the first wanted language that there are words for; otherwise, and where those don't load, English.
 *
 * @param wanted BCP 47 tags, as in `navigator.languages`
 */
export async function loadWords(wanted: readonly string[]): Promise<{ language: string; words: Words }> {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split("-")[0] ?? "";
    if (language === "en") break;
    const load = languages[language];
    const words = await load?.().catch(() => undefined);
    if (words) return { language, words };
  }
  return { language: "en", words: en };
}
