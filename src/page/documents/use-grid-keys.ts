import { useEffect } from "preact/hooks";

/**
 * Arrow keys, Home and End move between the cards of a grid, whose links or buttons have the focus: to the sides in
 * their order, up and down to the one that lies nearest.
 */
export function useGridKeys(grid: { current: HTMLElement | null }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const element = grid.current;
      if (!(event.target instanceof HTMLElement) || !element) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const from = event.target.closest<HTMLElement>(".card");
      if (!from || event.target.closest("[popover], dialog") || !element.contains(from)) return;
      const cards = [...element.querySelectorAll<HTMLElement>(".card")];
      const to = findCard(event.key, cards, from);
      if (to === undefined) return;
      event.preventDefault();
      to.querySelector<HTMLElement>("h2 a, .caption > .button")?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [grid]);
}

/** The card that a key leads to. undefined: the key does something else, or there is none. */
function findCard(key: string, cards: HTMLElement[], from: HTMLElement): HTMLElement | undefined {
  const at = cards.indexOf(from);
  const isMirrored = getComputedStyle(from).direction === "rtl";
  switch (key) {
    case isMirrored ? "ArrowRight" : "ArrowLeft":
      return cards[at - 1];
    case isMirrored ? "ArrowLeft" : "ArrowRight":
      return cards[at + 1];
    case "ArrowUp":
      return findInRow(cards.slice(0, at).reverse(), from);
    case "ArrowDown":
      return findInRow(cards.slice(at + 1), from);
    case "Home":
      return cards[0];
    case "End":
      return cards.at(-1);
    default:
      return undefined;
  }
}

/** The first that lies in the same column; in a last row that is shorter, its last one. */
function findInRow(others: readonly HTMLElement[], from: HTMLElement): HTMLElement | undefined {
  const elsewhere = others.filter(({ offsetTop }) => offsetTop !== from.offsetTop);
  return elsewhere.find(({ offsetLeft }) => offsetLeft === from.offsetLeft) ?? elsewhere.at(-1);
}
