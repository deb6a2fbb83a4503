import type { Words } from "../words/en.ts";

/** Something to tell this person. It has no words of its own: whoever shows it has those of the language. */
export interface Notice {
  say: (words: Words) => string;
  /** Only a page that is loaded anew helps. */
  needsReload?: boolean;
}
