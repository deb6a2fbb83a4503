import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Document } from "../../protocol/model/document.ts";
import { usePage } from "../page-context.ts";

/** Pixels of the longer side: a card is 250 wide, or twice that on a fine screen. */
const SIZE = 512;

/** A document as a small picture, its marks included. A blank sheet is paper until somebody has drawn on it. */
export function Picture({ document }: { document: Document }): VNode {
  const { client, token } = usePage();
  const [address, setAddress] = useState<string | null>(null);
  const isActive = document.status === "active";
  useEffect(() => {
    if (!isActive) return undefined;
    if (token === null) {
      setAddress(client.documents.thumbnailUrl(document.id, { size: SIZE }));
      return undefined;
    }
    // An <img> can't send a token.
    const stop = new AbortController();
    let made: string | undefined;
    client.documents.getThumbnail(document.id, { size: SIZE, signal: stop.signal }).then(
      (blob) => setAddress((made = URL.createObjectURL(blob))),
      () => undefined,
    );
    return () => {
      stop.abort();
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [client, token, document.id, isActive]);
  const isPaper = document.image === null;
  if (address === null) return <div class="paper" />;
  return (
    <img
      class={isPaper ? "paper" : undefined}
      src={address}
      alt=""
      loading="lazy"
      onError={() => setAddress(null)}
    />
  );
}
