import type { StoredOperation } from "../../../src/client/outbox/operation.ts";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { WaitingContent } from "./contents.ts";
import { type Edit, tokensOf } from "./edit.ts";

/** What became of an edit, as its client was told. */
type Fate =
  /** Nothing yet. */
  | "open"
  /** Its client crashed, and the store has it: another one brings it to its end. */
  | "left"
  /** Its client crashed before the store had it, or as it was saved. Nobody can say whether it was done. */
  | "unknown"
  | "saved"
  | "refused"
  /** It was saved, and then the service got an older state. */
  | "undone";

/** What the service has in the end. */
export interface Outcome {
  /** Deleted ones, too. */
  annotations: readonly Annotation[];
  /** The updates of the content, in their order. */
  content: readonly string[];
  waiting: WaitingContent;
}

interface FollowedEdit extends Edit {
  fate: Fate;
  client: string;
  /** How many copies there were when it was saved. */
  savedAfterCopy: number;
  /** An older state of the service lacks it, and no store had it: only a client that shows it can bring it back. */
  mayBeGone: boolean;
}

/** All edits, what their clients were told, and so what must be there in the end. */
export class Expectations {
  readonly #edits = new Map<string, FollowedEdit>();
  #copies = 0;

  get size(): number {
    return this.#edits.size;
  }

  made(client: string, edit: Edit): void {
    this.#edits.set(edit.token, { ...edit, client, fate: "open", savedAfterCopy: 0, mayBeGone: false });
  }

  saved(token: string): void {
    const edit = this.#edits.get(token);
    if (edit) Object.assign(edit, { fate: "saved", savedAfterCopy: this.#copies });
  }

  refused(token: string): void {
    const edit = this.#edits.get(token);
    if (edit) edit.fate = "refused";
  }

  /** @param store what it holds now */
  crashed(client: string, store: readonly StoredOperation[]): void {
    const kept = new Set(store.flatMap(({ message }) => tokensOf(message)));
    for (const edit of this.#edits.values()) {
      if (edit.client !== client || (edit.fate !== "open" && edit.fate !== "left")) continue;
      edit.fate = kept.has(edit.token) ? "left" : "unknown";
    }
  }

  /** The service's state was copied. Whatever is saved until now is in the copy. */
  copied(): void {
    this.#copies++;
  }

  /**
   * The service has the state of the last copy again. What was saved since is gone for good. Of what a crashed client
   * left nobody knows whether it had been saved by then, unless it still waits.
   *
   * @param stores what they hold now
   */
  rolledBack(stores: readonly StoredOperation[]): void {
    const kept = new Set(stores.flatMap(({ message }) => tokensOf(message)));
    for (const edit of this.#edits.values()) {
      const isInCopy = edit.fate === "saved" && edit.savedAfterCopy < this.#copies;
      if (!isInCopy && !kept.has(edit.token)) edit.mayBeGone = true;
      if (edit.fate === "saved" && !isInCopy) edit.fate = "undone";
      if (edit.fate === "left" && !kept.has(edit.token)) edit.fate = "unknown";
    }
  }

  count(fate: Fate): number {
    return [...this.#edits.values()].filter((edit) => edit.fate === fate).length;
  }

  /** What is not as it must be, once every client has saved everything. */
  check({ annotations, content, waiting }: Outcome, refusedTokens: ReadonlySet<string>): string[] {
    const byId = new Map(annotations.map((annotation) => [annotation.id, annotation]));
    const contentCounts = Map.groupBy(content, (token) => token);
    const waitingTokens = new Set(waiting.tokens);
    const problems = this.#checkMissing(waiting);
    for (const { token, kind, annotationId, fate, client } of this.#edits.values()) {
      if (kind === "delete" || kind === "restore") {
        if (fate === "open") problems.push(`${client}: nothing became of the ${kind} ${token}`);
        continue;
      }
      const times = countOf(kind, token, annotationId);
      const is = `${client}: the ${kind} ${token} (${fate}) is there ${times} times`;
      if (times > 1) problems.push(is);
      if (fate === "open") problems.push(`${client}: nothing became of the ${kind} ${token}`);
      if (fate === "saved" && times !== 1) problems.push(is);
      if (fate === "refused" && times !== 0) problems.push(is);
      // A crashed client had built upon what was undone, and nobody is left who could bring that back.
      if (fate === "left" && times === 0 && waitingTokens.has(token)) continue;
      if (fate === "left" && times + (refusedTokens.has(token) ? 1 : 0) !== 1) problems.push(is);
    }
    return problems;

    function countOf(kind: Edit["kind"], token: string, annotationId: string | null): number {
      if (kind === "content") return contentCounts.get(token)?.length ?? 0;
      const annotation = byId.get(annotationId ?? "");
      if (!annotation) return 0;
      return kind === "create" || token in annotation.properties ? 1 : 0;
    }
  }

  /** Content may only wait for what a rollback took away. */
  #checkMissing({ tokens, missing }: WaitingContent): string[] {
    const edits = new Map([...this.#edits.values()].map((edit) => [edit.struct, edit]));
    return missing.flatMap((struct) => {
      const edit = edits.get(struct);
      if (edit?.mayBeGone) return [];
      const what = edit ? `${edit.token} of ${edit.client} (${edit.fate})` : `struct ${struct}`;
      return [`${tokens.join()} wait for ${what}`];
    });
  }
}
