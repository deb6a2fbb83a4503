import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Rows beyond the edges, so that a quick scroll shows no gap. */
const OVERSCAN = 8;
/** Until the first row was measured. */
const FIRST_HEIGHT = 36;

export interface VirtualRows {
  /** The rows to render: from `first`, before `last`. */
  first: number;
  last: number;
  rowHeight: number;
  /** Scrolls as little as it takes to show a row. */
  show(index: number): void;
}

/**
 * Which rows of a long list are seen. All rows have the height of the first one, so nothing else has to be measured,
 * and 50,000 cost no more than 50.
 */
export function useVirtualRows(scroller: RefObject<HTMLElement | null>, count: number): VirtualRows {
  const [rowHeight, setRowHeight] = useState(FIRST_HEIGHT);
  const [place, setPlace] = useState({ top: 0, height: 0 });

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const update = (): void => setPlace({ top: element.scrollTop, height: element.clientHeight });
    update();
    element.addEventListener("scroll", update, { passive: true });
    const observer = new ResizeObserver(update);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", update);
      observer.disconnect();
    };
  }, [scroller]);
  // After the frame: asked before, the browser would lay everything out for this alone.
  useEffect(() => {
    const height = scroller.current?.querySelector<HTMLElement>(".row")?.offsetHeight;
    if (height && height !== rowHeight) setRowHeight(height);
  });

  // A list that became shorter may still be scrolled to where it had rows.
  const top = Math.min(place.top, Math.max(0, count * rowHeight - place.height));
  const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN);
  const last = Math.min(count, Math.ceil((top + place.height) / rowHeight) + OVERSCAN);
  return {
    first,
    last,
    rowHeight,
    show(index) {
      const element = scroller.current;
      if (!element || index < 0) return;
      const rowTop = index * rowHeight;
      const shownTop = element.scrollTop;
      if (rowTop < shownTop) element.scrollTop = rowTop;
      else if (rowTop + rowHeight > shownTop + element.clientHeight)
        element.scrollTop = rowTop + rowHeight - element.clientHeight + EDGE;
    },
  };
}

/** The padding of the list. */
const EDGE = 8;
