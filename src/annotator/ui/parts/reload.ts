import type { Words } from "../../words/en.ts";
import type { NoticeAction } from "../notices.ts";

/** What helps where a part of the page did not load: not every browser tries such a part again. */
export function offerReload(words: Words): NoticeAction {
  return { name: words.errors.reload, isMain: true, run: () => location.reload() };
}
