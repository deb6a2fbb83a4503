import type { LabelSet, LabelSetInput } from "../../protocol/model/label-set.ts";
import { ok } from "../../protocol/errors.ts";
import { toTimestamp } from "../../protocol/model/scalars.ts";
import { isSameLabels } from "../label-sets.ts";
import type { WriteOptions } from "../room-api.ts";
import { type Command, checkIfMatch, staleVersion } from "./command.ts";

/** Replaces the labels of the document's label set. */
export function setLabels(
  { labels, version }: LabelSetInput,
  ifMatch?: WriteOptions["ifMatch"],
): Command<LabelSet> {
  return {
    type: "labels.set",
    payload: version === undefined ? { labels } : { labels, version },
    role: "editor",
    decide(room, { now, by }) {
      const { labelSet } = room;
      const match = checkIfMatch(ifMatch, labelSet);
      if (!match.ok) return match;
      if (version !== undefined && version !== labelSet.version) return staleVersion(labelSet, version);
      if (isSameLabels(labels, labelSet.labels)) {
        return ok({ entries: [], result: labelSet, unchangedSince: labelSet.seq });
      }
      const seq = room.head + 1;
      const changed: LabelSet = {
        ...labelSet,
        labels,
        version: labelSet.version + 1,
        seq,
        updated_by: by.id,
        updated_by_name: by.name,
        updated_at: toTimestamp(now),
      };
      return ok({ entries: [{ kind: "labels", seq, labelSet: changed }], result: changed });
    },
    replay: (room, seq) => room.readLabelSetAt(seq),
  };
}
