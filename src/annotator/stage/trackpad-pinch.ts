interface Pinch {
  /** The scale now, beside that at its beginning. */
  scale: number;
  clientX: number;
  clientY: number;
}

interface PinchListener {
  /** Whether a pinch that begins is not for the stage, or moves it already. */
  isIgnored: (event: Event) => boolean;
  /** @param factor the new scale, in old ones */
  zoom: (factor: number, at: Pinch) => void;
}

/**
 * Reads Safari's own events of a pinch on a trackpad, where other browsers send a wheel with Ctrl. Safari on a phone
 * sends them, too, along with the pointers of the fingers.
 */
export function listenToPinch(
  element: HTMLElement,
  signal: AbortSignal,
  { isIgnored, zoom }: PinchListener,
): void {
  /** The scale that the pinch has reached; null: there is none, or it is ignored. */
  let reached: number | null = null;
  const begin = (event: Event): void => {
    // The browser would zoom the page.
    event.preventDefault();
    reached = isIgnored(event) ? null : 1;
  };
  const go = (event: Event): void => {
    event.preventDefault();
    const pinch = readPinch(event);
    if (reached === null || pinch === null) return;
    zoom(pinch.scale / reached, pinch);
    reached = pinch.scale;
  };
  element.addEventListener("gesturestart", begin, { signal });
  element.addEventListener("gesturechange", go, { signal });
  element.addEventListener("gestureend", go, { signal });
}

/** The events are of no standard: TypeScript does not know them. */
function readPinch(event: Event): Pinch | null {
  if (!("scale" in event && "clientX" in event && "clientY" in event)) return null;
  const { scale, clientX, clientY } = event;
  const areNumbers = typeof scale === "number" && typeof clientX === "number" && typeof clientY === "number";
  return areNumbers && scale > 0 ? { scale, clientX, clientY } : null;
}
