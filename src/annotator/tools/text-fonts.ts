import { fontFiles } from "../../text/fonts.ts";

/** The family of the fonts that exports draw texts in. */
export const TEXT_FAMILY = "Acetate Text";

const known = new Set<string>();

/**
 * Makes the fonts of the export known to the page, from the service. The browser loads a file when one of its characters
 * is typed.
 */
export function registerTextFonts(service: string): void {
  if (known.has(service)) return;
  known.add(service);
  // Where several have a character, browsers take the last one; the list has the best one first.
  for (const { name, unicodeRange } of fontFiles.toReversed()) {
    const address = new URL(`/fonts/${name}`, service).href;
    document.fonts.add(new FontFace(TEXT_FAMILY, `url("${address}")`, { unicodeRange }));
  }
}
