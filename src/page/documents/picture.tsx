import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { DocumentSummary } from "../../protocol/model/document.ts";
import { usePage } from "../page-context.ts";
import { takeTurn } from "./take-turns.ts";

/** Pixels of the longer side: a card is 250 wide, or twice that on a fine screen. */
const SIZE = 512;
/** Cards that are so near to the window are loaded already. */
const NEAR = "300px";
/** Percent of a card's width and height that a blank sheet takes at most. */
const PAPER_WIDTH = 62;
const PAPER_HEIGHT = 78;

/**
 * A document as a small picture, and its marks on a layer of their own, which lifts off when one points at it. A blank
 * sheet is paper. One that was deleted just now keeps what it showed; of others nothing can be read.
 */
export function Picture({
  document,
  children,
}: {
  document: DocumentSummary;
  children: ComponentChildren;
}): VNode {
  const { client } = usePage();
  const place = useRef<HTMLDivElement>(null);
  const isNear = useNear(place);
  const { id, image, width, height } = document;
  const wasActive = useRef(document.status === "active");
  if (document.status === "active") wasActive.current = true;
  const canLoad = isNear && wasActive.current;
  const picture = useLoaded(canLoad && image ? image.sha256 : null, (signal) =>
    client.documents.getImage(id, { width: SIZE, sha256: image?.sha256, signal }),
  );
  // A change of the marks has another time.
  const marks = useLoaded(canLoad && document.annotation_count > 0 ? document.changed_at : null, (signal) =>
    client.documents.getThumbnail(id, { size: SIZE, layer: "annotations", signal }),
  );
  const overlay = marks !== null && <img class="overlay" src={marks} alt="" draggable={false} />;
  return (
    <div ref={place} class={image ? "thumb" : "thumb blank"}>
      {picture !== null && <img src={picture} alt="" draggable={false} />}
      {image ? overlay : <Paper ratio={(width ?? 4) / (height ?? 3)}>{overlay}</Paper>}
      {children}
    </div>
  );
}

/** A sheet in its own proportions, as large as there is room in a card, which is 3 : 2. */
function Paper({ ratio, children }: { ratio: number; children: ComponentChildren }): VNode {
  const inlineSize = `${Math.min(PAPER_WIDTH, PAPER_HEIGHT * ratio * (2 / 3))}%`;
  return (
    <span class="paper" style={{ aspectRatio: ratio, inlineSize }}>
      {children}
    </span>
  );
}

/** Whether an element is in sight, or has been. */
function useNear(place: { current: HTMLElement | null }): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true);
      },
      { rootMargin: NEAR },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [place]);
  return isNear;
}

/**
 * The address of a picture that is read with the page's token, which an <img> can't send. null: none yet, or none at
 * all. While another one is read, the one before stays.
 *
 * @param key what it shows; null: nothing
 */
function useLoaded(key: string | null, load: (signal: AbortSignal) => Promise<Blob>): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (key === null) {
      setAddress(null);
      return undefined;
    }
    const stop = new AbortController();
    const { signal } = stop;
    const read = (): void => {
      takeTurn(() => load(signal), signal).then(
        (blob) => {
          if (blob && !signal.aborted) setAddress(URL.createObjectURL(blob));
        },
        // The network may be away: the next time.
        () => addEventListener("online", read, { signal, once: true }),
      );
    };
    read();
    return () => stop.abort();
  }, [key]);
  useEffect(() => {
    if (address === null) return undefined;
    return () => URL.revokeObjectURL(address);
  }, [address]);
  return address;
}
