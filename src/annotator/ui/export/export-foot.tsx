import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { AcetateError } from "../../../client/acetate-error.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { copyText } from "../parts/copy-text.ts";
import { Trouble } from "../parts/trouble.tsx";
import type { ExportRun } from "./export-run.ts";

/** Seconds that a token in an address may live. */
const LINK_SECONDS = 900;

/** What can be done now: make the file, stop, download it, copy a link to it. */
export function ExportFoot({ run, title }: { run: ExportRun; title: string }): VNode {
  const { editor, client, options, words, language } = useAnnotator();
  const t = words.exporting;
  const state = run.state.value;
  /** The file whose link was copied last. */
  const copiedJob = useSignal<string | null>(null);
  const isCopied = state.is === "done" && copiedJob.value === state.job.id;
  const needsToken = options.token() !== null;

  /** Why no link could be made. */
  const trouble = useSignal<AcetateError | null>(null);

  const makeToken = async (): Promise<string> => {
    const fields = { document_id: options.documentId, role: "viewer", expires_in: LINK_SECONDS } as const;
    return (await client.tokens.mint(fields)).token;
  };
  const copyLink = async (): Promise<void> => {
    if (state.is !== "done") return;
    trouble.value = null;
    try {
      const token = needsToken ? await makeToken() : undefined;
      if (await copyText(client.exports.fileUrl(state.job, { token }))) copiedJob.value = state.job.id;
    } catch (error) {
      if (!(error instanceof AcetateError)) throw error;
      trouble.value = error;
    }
  };

  return (
    <>
      <div class="export-state" role="status">
        {state.is === "working" && (
          <div class="line working">
            <span id="progress-name">
              {t.working}{" "}
              <output>{new Intl.NumberFormat(language, { style: "percent" }).format(state.progress)}</output>
            </span>
            <progress max={1} value={state.progress} aria-labelledby="progress-name" />
            <button type="button" class="button low square" aria-label={t.stop} onClick={() => run.reset()}>
              <Icon name="x" small />
            </button>
          </div>
        )}
        {state.is === "failed" && <Trouble error={state.error} />}
        {trouble.value && <Trouble error={trouble.value} />}
        {state.is === "done" && state.job.warnings.length > 0 && (
          <ul class="quietly">
            {state.job.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        )}
      </div>
      <div class="dialog-foot">
        {state.is === "done" ? (
          <>
            {(!needsToken || editor.access.value.canShare) && (
              <button type="button" class="button edge" onClick={() => void copyLink()}>
                <Icon name="link" />
                {isCopied ? t.copied : needsToken ? t.copyShortLink : t.copyLink}
              </button>
            )}
            <a class="button ink" href={state.address} download={`${title || "picture"}.${state.job.format}`}>
              <Icon name="download" />
              {t.download}
            </a>
          </>
        ) : (
          <button class="button ink" disabled={state.is === "working"}>
            {t.make}
          </button>
        )}
      </div>
    </>
  );
}
