import { AcetateError } from "../../../client/acetate-error.ts";
import { explainError } from "../../words/explain-error.ts";
import type { Words } from "../../words/en.ts";
import type { Notice, Notices } from "../notices.ts";
import { offerReload } from "./reload.ts";

/** Tells that what this person wanted was not done, and why. */
export function tellTrouble(
  notices: Notices,
  words: Words,
  notice: Pick<Notice, "key" | "title">,
  error: unknown,
): void {
  // Any other one is a mistake of our own, and of no help to anybody here.
  if (!(error instanceof AcetateError)) throw error;
  const help = error.code === "load_failed" ? { actions: [offerReload(words)], stays: true } : {};
  notices.tell({ ...notice, icon: "warn", detail: explainError(error, words), ...help });
}
