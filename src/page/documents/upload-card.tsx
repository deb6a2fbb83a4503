import type { VNode } from "preact";
import { formatBytes } from "../../annotator/words/format.ts";
import type { Words } from "../../annotator/words/en.ts";
import { explainError } from "../../annotator/words/explain-error.ts";
import { Icon } from "../../annotator/ui/icon.tsx";
import { usePage } from "../page-context.ts";
import type { PictureProblem } from "./prepare-picture.ts";
import type { Upload, Uploads, UploadState } from "./uploads.ts";

/** A picture that is being added, or why it was not. */
export function UploadCard({ upload, uploads }: { upload: Upload; uploads: Uploads }): VNode {
  const { words, language } = usePage();
  const t = words.documents;
  const { name, size } = upload.file;
  const state = upload.state.value;
  const isOver = state.is === "unusable" || state.is === "refused";
  const isStopped = state.is === "stopped";
  const close = isOver || isStopped ? t.dismiss(name) : t.stop(name);
  return (
    <li class="card going">
      <div class="thumb">
        {state.is === "sending" && <UploadPreview address={upload.preview} />}
        <div class={isOver ? "state bad" : "state"}>
          {(state.is === "waiting" || state.is === "preparing") && <Icon name="clock" />}
          {state.is === "sending" && <progress max={1} value={state.progress} aria-label={name} />}
          {isOver && <Icon name="warn" />}
          {isOver && <span>{explain(state, words, language)}</span>}
          {isStopped && <Icon name="offline" />}
          {isStopped && <span>{state.isOffline ? t.stoppedOffline : t.stoppedBusy}</span>}
          {isStopped && (
            <button class="button edge low" onClick={() => uploads.resume()}>
              {t.tryAgain}
            </button>
          )}
        </div>
      </div>
      <div class="caption">
        <h2 dir="auto" title={name}>
          {name}
        </h2>
        <p>
          {state.is === "waiting" && t.waiting}
          {state.is === "preparing" && t.preparing}
          {state.is === "sending" &&
            t.progress(
              new Intl.NumberFormat(language, { style: "percent" }).format(state.progress),
              formatBytes(size, language),
            )}
          {isStopped && t.notYet}
          {isOver && t.notAdded}
        </p>
        <button class="button low square" aria-label={close} onClick={() => uploads.dismiss(upload)}>
          <Icon name="x" />
        </button>
      </div>
    </li>
  );
}

/** The file itself, if the browser can show it. */
function UploadPreview({ address }: { address: string }): VNode {
  return <img src={address} alt="" onError={({ currentTarget }) => currentTarget.remove()} />;
}

function explain(
  state: Extract<UploadState, { is: "unusable" | "refused" }>,
  words: Words,
  language: string,
): string {
  const t = words.documents;
  if (state.is === "unusable") return explainProblem(state.problem, t, language);
  switch (state.error.code) {
    case "invalid_image":
      return t.damaged;
    case "unauthorized":
    case "forbidden":
    case "token_expired":
    case "token_invalid":
      return t.noAccess;
    default:
      return explainError(state.error, words);
  }
}

function explainProblem(problem: PictureProblem, t: Words["documents"], language: string): string {
  switch (problem.is) {
    case "empty":
      return t.empty;
    case "gone":
      return t.gone;
    case "too-large":
      return t.tooLarge(formatBytes(problem.bytes, language), formatBytes(problem.limit, language));
    case "too-many-pixels":
      return t.tooManyPixels(new Intl.NumberFormat(language).format(problem.megapixels));
    case "unreadable":
      return t.unreadable[problem.format];
  }
}
