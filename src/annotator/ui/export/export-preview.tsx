import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { formatBytes } from "../../words/format.ts";
import { useAnnotator } from "../annotator-context.ts";
import type { ExportState } from "./export-run.ts";

/** The largest thumbnail that the service makes. */
const SIZE = 1_024;

interface Props {
  state: ExportState;
  /** null: the file is no picture. */
  scale: number | null;
}

/** The finished file; before there is one, the present as a thumbnail. */
export function ExportPreview({ state, scale }: Props): VNode {
  const { client, options, stage, words, language } = useAnnotator();
  const [thumbnail, setThumbnail] = useState<string | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    let address: string | undefined;
    client.documents.getThumbnail(options.documentId, { size: SIZE, signal: stop.signal }).then(
      (blob) => setThumbnail((address = URL.createObjectURL(blob))),
      () => undefined,
    );
    return () => {
      stop.abort();
      if (address !== undefined) URL.revokeObjectURL(address);
    };
  }, [client, options.documentId]);

  const isShown = state.is === "done" && state.file.type.startsWith("image/");
  const address = isShown ? state.address : thumbnail;
  const { width, height } = stage.size.value;
  const number = new Intl.NumberFormat(language);
  const parts = [
    scale === null
      ? words.exporting.noPicture
      : `${number.format(Math.round(width * scale))} × ${number.format(Math.round(height * scale))}`,
    ...(state.is === "done" ? [formatBytes(state.file.size, language)] : []),
  ];
  return (
    <div class="preview">
      <div class="film">
        <div class="picture">
          {address === null ? (
            <canvas {...thumbnailSize(width, height)} />
          ) : (
            <img src={address} alt={isShown ? words.exporting.finished : words.exporting.preview} />
          )}
        </div>
      </div>
      <p class="quietly">{parts.join(", ")}</p>
    </div>
  );
}

/** A canvas of it has the place of the thumbnail until that comes. */
function thumbnailSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, SIZE / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
