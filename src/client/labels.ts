import type { LabelDefinitionDraft, LabelSet } from "../protocol/model/label-set.ts";
import { newId } from "./new-id.ts";
import type { OperationMessage } from "./outbox/operation.ts";
import type { Entry, Outbox } from "./outbox/outbox.ts";
import { Signal } from "./readable.ts";
import type { Labels, Saving } from "./room-api.ts";

/** The document's label set: as the service has it, with the last list on top that it has not acknowledged. */
export class LabelModel implements Labels {
  readonly #outbox: Outbox;
  readonly #shown = new Signal<LabelSet | null>(null);
  #confirmed: LabelSet | null = null;
  /** The last list that waits. Those before it are answered before it. */
  #last: Entry | undefined;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  get value(): LabelSet | null {
    return this.#shown.value;
  }

  subscribe(listener: (labels: LabelSet | null) => void): () => void {
    return this.#shown.subscribe(listener);
  }

  set(labels: readonly LabelDefinitionDraft[]): Saving {
    const message: OperationMessage = { type: "labels.set", opId: newId(), labels: [...labels] };
    let entry = this.#last;
    // In place of a list that was never sent: a colour that is dragged is a few messages.
    if (entry && !entry.operation.sent) this.#outbox.amend(entry, { ...message, opId: entry.operation.opId });
    else entry = this.#outbox.add(message);
    this.adopt([entry]);
    return entry;
  }

  /** Lists that wait: a new one, or those that an earlier client left. */
  adopt(entries: readonly Entry[]): void {
    this.#last = entries.findLast(({ operation }) => operation.message.type === "labels.set") ?? this.#last;
    this.#show();
  }

  /** The set as the service has it. */
  confirm(labels: LabelSet): void {
    this.#confirmed = labels;
    this.#show();
  }

  /** An operation was answered. */
  settle(opId: string): void {
    if (this.#last?.operation.opId !== opId) return;
    this.#last = undefined;
    this.#show();
  }

  #show(): void {
    const message = this.#last?.operation.message;
    const set = this.#confirmed;
    this.#shown.set(
      set && message?.type === "labels.set"
        ? { ...set, labels: message.labels.map((label) => ({ ...label, key: label.key ?? null })) }
        : set,
    );
  }
}
