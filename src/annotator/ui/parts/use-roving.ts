import { type RefObject } from "preact";
import { useEffect } from "preact/hooks";

const ITEMS = "button:not(:disabled), [role=radio], input:not(:disabled)";

/**
 * Makes a toolbar one tab stop: arrow keys, Home and End move between its buttons. The stop is the button that had the
 * focus last, at first the one that is pressed.
 */
export function useRoving(toolbar: RefObject<HTMLElement | null>): void {
  // After the frame, when all is laid out: which items are seen is asked of the layout.
  useEffect(() => {
    const items = itemsOf(toolbar.current);
    const stop =
      items.find((item) => item.tabIndex === 0 && item.dataset["stop"] !== undefined) ??
      items.find((item) => item.matches("[aria-pressed=true], [aria-checked=true]")) ??
      items[0];
    for (const item of items) item.tabIndex = item === stop ? 0 : -1;
  });

  useEffect(() => {
    const element = toolbar.current;
    if (!element) return;
    const stopAt = (item: HTMLElement): void => {
      for (const other of itemsOf(element)) {
        other.tabIndex = other === item ? 0 : -1;
        delete other.dataset["stop"];
      }
      item.dataset["stop"] = "";
    };
    const onFocus = (event: FocusEvent): void => {
      const item = itemsOf(element).find((other) => other === event.target);
      if (item) stopAt(item);
    };
    const onKey = (event: KeyboardEvent): void => {
      const items = itemsOf(element);
      const index = items.findIndex((item) => item === event.target);
      const next = index < 0 ? undefined : moveTo(event, element, index, items.length);
      if (next === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      items[next]?.focus();
    };
    element.addEventListener("focusin", onFocus);
    element.addEventListener("keydown", onKey);
    return () => {
      element.removeEventListener("focusin", onFocus);
      element.removeEventListener("keydown", onKey);
    };
  }, [toolbar]);
}

/** Those that are seen: a phone has fewer. */
function itemsOf(toolbar: HTMLElement | null): HTMLElement[] {
  const items = [...(toolbar?.querySelectorAll<HTMLElement>(ITEMS) ?? [])];
  return items.filter((item) => item.offsetParent !== null && item.closest("[popover]") === null);
}

/** The item that a key leads to. undefined: the key does something else. */
function moveTo(
  event: KeyboardEvent,
  toolbar: HTMLElement,
  index: number,
  count: number,
): number | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const isVertical = toolbar.getAttribute("aria-orientation") === "vertical";
  const isMirrored = getComputedStyle(toolbar).direction === "rtl";
  const isSlider = event.target instanceof HTMLInputElement;
  switch (event.key) {
    case isVertical ? "ArrowDown" : isMirrored ? "ArrowLeft" : "ArrowRight":
      return isSlider ? undefined : (index + 1) % count;
    case isVertical ? "ArrowUp" : isMirrored ? "ArrowRight" : "ArrowLeft":
      return isSlider ? undefined : (index - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
