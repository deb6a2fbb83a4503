import type { VNode } from "preact";
import type { AcetateError } from "../../../client/acetate-error.ts";
import { explainError } from "../../words/explain-error.ts";
import { useAnnotator } from "../annotator-context.ts";

interface TroubleProps {
  error: AcetateError;
  /** By code, what to say here instead of the usual. */
  own?: Readonly<Record<string, string>>;
}

/** Why what this person wanted was not done. */
export function Trouble({ error, own }: TroubleProps): VNode {
  const { words } = useAnnotator();
  return <p class="trouble">{explainError(error, words, own)}</p>;
}
