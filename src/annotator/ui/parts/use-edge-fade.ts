import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** Tells the styles of a row that scrolls sideways at which edges something is cut: there it fades. */
export function useEdgeFade(row: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = row.current;
    if (!element) return;
    const update = (): void => {
      // Right-to-left rows scroll from 0 to below 0.
      const isMirrored = getComputedStyle(element).direction === "rtl";
      const room = element.scrollWidth - element.clientWidth;
      const left = isMirrored ? room + element.scrollLeft : element.scrollLeft;
      element.style.setProperty("--fade-left", left > 1 ? "0" : "1");
      element.style.setProperty("--fade-right", left < room - 1 ? "0" : "1");
    };
    update();
    element.addEventListener("scroll", update, { passive: true });
    const sizes = new ResizeObserver(update);
    sizes.observe(element);
    const content = new MutationObserver(update);
    content.observe(element, { childList: true, subtree: true, characterData: true });
    return () => {
      element.removeEventListener("scroll", update);
      sizes.disconnect();
      content.disconnect();
    };
  }, [row]);
}
