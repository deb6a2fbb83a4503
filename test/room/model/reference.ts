import { isCommentOperation, judgeComment } from "./comments.ts";
import type { Who } from "./people.ts";
import type { Operation, Sender } from "./operation.ts";
import {
  type Change,
  type Edit,
  type Replay,
  type Snapshot,
  type State,
  type Told,
  canonical,
  replay,
  toChange,
} from "./replay.ts";

/** What is expected of an operation: a new seq, the one that it had before, or a refusal. */
export type Verdict = { is: "new" } | { is: "known"; seq: number } | { is: "refused"; code: string };

const refused = (code: string): Verdict => ({ is: "refused", code });

/**
 * What the room must be: the changes that it acknowledged, in a plain array, and everything else computed from that.
 */
export class Reference {
  /** Number n is the change at seq n + 1. */
  readonly #changes: (Change | undefined)[] = [];
  readonly #snapshots: Snapshot[] = [];
  /** What every opId stands for. */
  readonly operations = new Map<string, { operation: Operation; seq: number }>();
  /** What was computed since the last change. */
  readonly #known = new Map<number, Replay>();

  constructor(title: string, by: Who) {
    this.record(1, { kind: "document", patch: { title }, by });
  }

  get head(): number {
    return this.#changes.length;
  }

  record(seq: number, change: Change): void {
    if (this.#changes[seq - 1]) throw new Error(`seq ${seq} was given twice`);
    this.#changes[seq - 1] = change;
    this.#known.clear();
  }

  recordOperation(seq: number, operation: Operation, sender: Sender, base: number): void {
    this.record(seq, toChange(operation, sender, base));
    this.operations.set(operation.opId, { operation, seq });
  }

  recordSnapshot(version: number, text: string): void {
    this.#snapshots.push({ after: this.head, version, text });
    this.#known.clear();
  }

  /** The first seq up to `head` of which no acknowledgement was seen. */
  firstGap(head: number): number | null {
    for (let seq = 1; seq <= head; seq++) if (!this.#changes[seq - 1]) return seq;
    return null;
  }

  get present(): State {
    return this.stateAt(this.head);
  }

  stateAt(seq: number): State {
    return this.#replay(seq).state;
  }

  /** What the version at `seq` keeps. */
  versionAt(seq: number): State {
    const kept = this.#replay(this.head).kept.get(seq);
    if (!kept) throw new Error(`There is no version at seq ${seq}`);
    return kept;
  }

  /** What is told of the changes in `(from, to]`. */
  toldBetween(from: number, to: number): Told[] {
    return this.#replay(this.head).told.slice(from, to);
  }

  toldAt(seq: number): Told {
    const [told] = this.toldBetween(seq - 1, seq);
    if (!told) throw new Error(`There is no change at seq ${seq}`);
    return told;
  }

  #replay(seq: number): Replay {
    const known = this.#known.get(seq);
    if (known) return known;
    const changes = Array.from(this.#changes.slice(0, seq), (change, index) => {
      if (!change) throw new Error(`Nobody was told of seq ${index + 1}`);
      return change;
    });
    const replayed = replay(changes, this.#snapshots);
    this.#known.set(seq, replayed);
    return replayed;
  }

  /** What becomes of an operation that comes alone, by the order of checks: dedupe, `stale_base`, the rest. */
  judge(operation: Operation, base: number, sender: Sender, isEditor: boolean): Verdict {
    const known = this.operations.get(operation.opId);
    if (known) {
      const isSame = canonical(known.operation) === canonical(operation);
      return isSame ? { is: "known", seq: known.seq } : refused("op_id_reused");
    }
    const { document, labels, lastCrdtRevert, annotations } = this.present;
    if (document.status === "deleted") return refused("document_deleted");
    if (isCommentOperation(operation)) {
      const judged = judgeComment(operation, this.present, sender.sub, isEditor);
      if (judged === null) return { is: "new" };
      return typeof judged === "number" ? { is: "known", seq: judged } : refused(judged);
    }
    switch (operation.type) {
      case "update":
        if (base > this.head) return refused("base_ahead");
        return base < lastCrdtRevert ? refused("stale_base") : { is: "new" };
      case "annotation.delete": {
        // What is deleted already is answered with its deletion.
        const annotation = annotations.get(operation.id);
        if (annotation?.status === "deleted") return { is: "known", seq: annotation.seq };
        break;
      }
      case "annotation.restore": {
        const annotation = annotations.get(operation.id);
        if (annotation?.status === "active") return { is: "known", seq: annotation.seq };
        break;
      }
      case "labels.set":
        if (operation.version !== undefined && operation.version !== labels.version)
          return refused("stale_version");
        // What is there already is answered with its last change.
        return canonical(operation.labels) === canonical(labels.labels)
          ? { is: "known", seq: labels.seq }
          : { is: "new" };
      case "annotation.create":
      case "annotation.update":
      case "annotation.batch":
        break;
    }
    const change = toChange(operation, { sub: null, actorId: "", by: { id: null, name: null } }, base);
    const edits = change.kind === "annotations" ? change.edits : [];
    const verdicts = edits.map((edit) => this.#judgeEdit(edit));
    return verdicts.find(({ is }) => is !== "new") ?? { is: "new" };
  }

  #judgeEdit(edit: Edit): Verdict {
    const annotation = this.present.annotations.get(edit.id);
    if (edit.op === "create") return annotation ? refused("id_taken") : { is: "new" };
    if (!annotation) return refused("annotation_not_found");
    if (edit.op !== "restore" && annotation.status === "deleted") return refused("annotation_deleted");
    if (edit.op === "restore" && annotation.status === "active") return refused("annotation_not_deleted");
    if (edit.version !== undefined && edit.version !== annotation.version) return refused("stale_version");
    return { is: "new" };
  }

  /** Why a snapshot is refused; null: it is taken. */
  judgeSnapshot(version: number): string | null {
    const { lastCrdtRevert, snapshot } = this.present;
    if (version > this.head) return "base_ahead";
    if (version < lastCrdtRevert) return "stale_base";
    return version <= (snapshot?.version ?? 0) ? "snapshot_rejected" : null;
  }
}
