import type { VNode } from "preact";
import type { AcetateError } from "../../../client/acetate-error.ts";
import { explainError } from "../../words/explain-error.ts";
import { useAnnotator } from "../annotator-context.ts";
import { offerReload } from "./reload.ts";

interface TroubleProps {
  error: AcetateError;
  /** By code, what to say here instead of the usual. */
  own?: Readonly<Record<string, string>>;
}

/** Why what this person wanted was not done. */
export function Trouble({ error, own }: TroubleProps): VNode {
  const { words } = useAnnotator();
  const reload = error.code === "load_failed" ? offerReload(words) : null;
  return (
    <div class="trouble">
      <p>{explainError(error, words, own)}</p>
      {reload && (
        <button type="button" class="button low edge" onClick={reload.run}>
          {reload.name}
        </button>
      )}
    </div>
  );
}
