import type { VNode } from "preact";
import { Icon } from "../../annotator/ui/icon.tsx";
import { IMAGE_MAX_BYTES } from "../../protocol/limits.ts";
import { formatBytes } from "../../annotator/words/format.ts";
import { usePage } from "../page-context.ts";
import type { Upload, Uploads } from "./uploads.ts";

/** A picture that is being added, or could not be. */
export function UploadCard({ upload, uploads }: { upload: Upload; uploads: Uploads }): VNode {
  const { words, language } = usePage();
  const t = words.documents;
  const { name, size } = upload.file;
  const state = upload.state.value;
  const isOver = state.is === "too-large" || state.is === "failed";
  const close = isOver ? t.dismiss(name) : t.stop(name);
  return (
    <li class="card going">
      <div class="thumb">
        {state.is === "sending" && <img src={upload.preview} alt="" />}
        <div class={isOver ? "state bad" : "state"}>
          {state.is === "waiting" && <Icon name="clock" />}
          {state.is === "sending" && <progress max={1} value={state.progress} aria-label={name} />}
          {isOver && <Icon name="warn" />}
          {state.is === "too-large" && (
            <span>{t.tooLarge(formatBytes(size, language), formatBytes(IMAGE_MAX_BYTES, language))}</span>
          )}
          {state.is === "failed" && <span>{state.message}</span>}
          {state.is === "failed" && state.canRetry && (
            <button class="button edge low" onClick={() => uploads.retry(upload)}>
              {t.tryAgain}
            </button>
          )}
        </div>
      </div>
      <div class="caption">
        <h2>{name}</h2>
        <p>
          {state.is === "waiting" && t.waiting}
          {state.is === "sending" &&
            t.progress(
              new Intl.NumberFormat(language, { style: "percent" }).format(state.progress),
              formatBytes(size, language),
            )}
          {isOver && t.notAdded}
        </p>
        <button class="button low square" aria-label={close} onClick={() => uploads.dismiss(upload)}>
          <Icon name="x" />
        </button>
      </div>
    </li>
  );
}
