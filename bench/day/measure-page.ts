import type { Page } from "playwright-core";

/** Milliseconds of each mark: from the key or button that made it until it is on the screen, and until it is said. */
export interface PageTimes {
  drawn: number[];
  said: number[];
}

/** Something else may be said in its place. */
const REST_MS = 1_000;

export interface PageWatch {
  read: () => Promise<PageTimes>;
  /** Waits until the page has shown and said the last mark: a person is not as quick as this program. */
  settle: () => Promise<void>;
}

/** Has the page note when marks are made. */
export async function watchPage(page: Page): Promise<PageWatch> {
  const times = await page.evaluateHandle(() => {
    const times: PageTimes = { drawn: [], said: [] };
    const root = document.querySelector("acetate-annotator")?.shadowRoot;
    const [picture, live] = [root?.querySelector(".picture"), root?.querySelector(".stage > [aria-live]")];
    if (!picture || !live) throw new Error("There is no annotator");
    let last = 0;
    let made = 0;
    let name = picture.ariaLabel;
    const note = ({ timeStamp }: Event): void => void (last = timeStamp);
    addEventListener("keydown", note, { capture: true });
    addEventListener("pointerup", note, { capture: true });
    // Its name tells how many marks there are. What is changed in a frame is on the screen at its end.
    new MutationObserver(() => {
      if (picture.ariaLabel === name) return;
      name = picture.ariaLabel;
      made = last;
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener("message", () => times.drawn.push(performance.now() - made), { once: true });
        port1.start();
        port2.postMessage(null);
      });
    }).observe(picture, { attributeFilter: ["aria-label"] });
    new MutationObserver(() => {
      if (live.textContent.includes(" made")) times.said.push(performance.now() - made);
    }).observe(live, { childList: true, characterData: true, subtree: true });
    return times;
  });
  return {
    read: () => times.jsonValue(),
    settle: () =>
      times.evaluate(async ({ drawn, said }, rest) => {
        const until = performance.now() + rest;
        do await new Promise(requestAnimationFrame);
        while (said.length < drawn.length && performance.now() < until);
      }, REST_MS),
  };
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
