import type { Words } from "../annotator/words/en.ts";
import { createUse } from "../annotator/stage/svg.ts";

/**
 * So often a page that stays open asks whether the service has a newer one. It also asks when it is looked at again.
 */
const ASK_MS = 10 * 60_000;

/**
 * Tells the person when the service has a newer page than this one, and lets them reload when it suits them. What is
 * unsaved is kept over a reload.
 */
export function watchForUpdate(words: Words): void {
  const loaded = new URL(import.meta.url).pathname;
  let isTold = false;
  const ask = async (): Promise<void> => {
    if (isTold || document.hidden) return;
    try {
      const answer = await fetch("/", { headers: { Accept: "text/html" }, cache: "no-cache" });
      const html = await answer.text();
      // The page names its script, whose name has a hash of what is in it.
      if (!answer.ok || !html.includes("/page/main-") || html.includes(loaded)) return;
    } catch {
      // Offline: the next time.
      return;
    }
    isTold = true;
    document.body.append(createNotice(words, words.documents.updated, words.documents.updatedHint));
  };
  setInterval(() => void ask(), ASK_MS);
  document.addEventListener("visibilitychange", () => void ask());
}

/**
 * Tells the person when a part of the page that is loaded on demand did not load, and lets them reload. Firefox and
 * Safari would not try it again, and after an update of the service it may be gone for good.
 */
export function watchForMissingParts(words: Words): void {
  addEventListener("unhandledrejection", ({ reason }) => {
    if (
      reason instanceof TypeError &&
      /dynamically imported module|importing a module/i.test(reason.message) &&
      !document.querySelector(".toast.update")
    )
      document.body.append(createNotice(words, words.errors.reasons.load_failed));
  });
}

function createNotice(words: Words, what: string, more?: string): HTMLElement {
  const notice = document.createElement("div");
  notice.className = "sheet toast update";
  notice.setAttribute("role", "alert");
  const text = document.createElement("p");
  const title = document.createElement("strong");
  title.textContent = what;
  text.append(title);
  if (more !== undefined) {
    const hint = document.createElement("span");
    hint.className = "quietly";
    hint.textContent = more;
    text.append(hint);
  }
  const reload = document.createElement("button");
  reload.className = "button ink";
  reload.textContent = words.errors.reload;
  reload.addEventListener("click", () => location.reload());
  notice.append(createUse("info", { class: "icon", "aria-hidden": "true" }), text, reload);
  return notice;
}
