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
  /** What is not acknowledged, in order. */
  #entries: Entry[] = [];

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
    let entry = this.#entries.at(-1);
    const message: OperationMessage = { type: "labels.set", opId: newId(), labels: [...labels] };
    // A list that was never sent is replaced: a colour that is dragged is a few messages.
    if (entry && !entry.operation.sent) {
      this.#outbox.amend(entry, { ...message, opId: entry.operation.opId });
      this.#show();
    } else {
      entry = this.#outbox.add(message);
      this.adopt([entry]);
    }
    return { saved: entry.saved };
  }

  /** Lists that wait: new ones, or those that an earlier client left. */
  adopt(entries: readonly Entry[]): void {
    this.#entries.push(...entries.filter(({ operation }) => operation.message.type === "labels.set"));
    this.#show();
  }

  /** As the service has it. */
  confirm(labels: LabelSet): void {
    this.#confirmed = labels;
    this.#show();
  }

  /** An operation was answered. */
  settle(opId: string): void {
    this.#entries = this.#entries.filter(({ operation }) => operation.opId !== opId);
    this.#show();
  }

  #show(): void {
    const message = this.#entries.at(-1)?.operation.message;
    const confirmed = this.#confirmed;
    const isOnTop = confirmed && message?.type === "labels.set";
    this.#shown.set(
      isOnTop
        ? { ...confirmed, labels: message.labels.map((label) => ({ ...label, key: label.key ?? null })) }
        : confirmed,
    );
  }
}
