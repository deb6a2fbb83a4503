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
    document.body.append(createNotice(words));
  };
  setInterval(() => void ask(), ASK_MS);
  document.addEventListener("visibilitychange", () => void ask());
  // A part of this page that is gone from the service: nothing else can be done.
  addEventListener("unhandledrejection", ({ reason }) => {
    if (
      reason instanceof TypeError &&
      /dynamically imported module|importing a module/i.test(reason.message)
    ) {
      void ask();
    }
  });
}

function createNotice(words: Words): HTMLElement {
  const notice = document.createElement("div");
  notice.className = "sheet toast update";
  notice.setAttribute("role", "alert");
  const text = document.createElement("p");
  const title = document.createElement("strong");
  title.textContent = words.documents.updated;
  const hint = document.createElement("span");
  hint.className = "quietly";
  hint.textContent = words.documents.updatedHint;
  text.append(title, hint);
  const reload = document.createElement("button");
  reload.className = "button ink";
  reload.textContent = words.documents.reload;
  reload.addEventListener("click", () => location.reload());
  notice.append(createUse("info", { class: "icon", "aria-hidden": "true" }), text, reload);
  return notice;
}
