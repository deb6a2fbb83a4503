import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { compareAnnotations } from "../../../client/annotations/drawing-order.ts";
import { AcetateError } from "../../../client/acetate-error.ts";
import type { Client } from "../../../client/rest/create-client.ts";
import type { Person } from "../../../protocol/model/person.ts";
import type { Editor } from "../editor.ts";
import { compareMarks, type Differences, shareDifferences } from "./differences.ts";
import type { Share } from "./stretches.ts";
import { Timeline } from "./timeline.ts";

/** So long after a change the history is read on, while it is shown. */
const FOLLOW_MS = 300;

/**
 * The history of the document while somebody looks at it, and the moment that is shown. The moment is an index of
 * `steps`; -1 is before the first step.
 */
export class Past {
  /** null: it was not read yet. It is the same object while it grows: `length` tells of that. */
  readonly timeline = signal<Timeline | null>(null);
  /** How many steps there are. */
  readonly length = signal(0);
  /** Changes read so far, while it is being read. null: it is not. */
  readonly progress = signal<number | null>(null);
  /** Why it can't be read. `not_found`: the service no longer has its beginning. */
  readonly error = signal<AcetateError | null>(null);
  /** The step whose moment is shown. null: the present. */
  readonly index = signal<number | null>(null);
  /** The step that the moment is compared with. */
  readonly comparedWith = signal(-1);
  readonly differences: ReadonlySignal<Differences | null>;
  /** Who made each difference, by the mark's id. */
  readonly changers: ReadonlySignal<ReadonlyMap<string, Person | null>>;
  /** Whether the moment is before the one that it is compared with: what it has more, somebody removed later. */
  readonly isEarlier: ReadonlySignal<boolean>;
  /** The differences by who made them, always from the earlier moment to the later one. */
  readonly shares: ReadonlySignal<readonly Share[]>;

  readonly #editor: Editor;
  readonly #client: Client;
  #since = 0;
  #isReading = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(editor: Editor, client: Client) {
    this.#editor = editor;
    this.#client = client;
    this.differences = computed(() => {
      const { value: timeline } = this.timeline;
      const { value: index } = this.index;
      if (!timeline || index === null) return null;
      return compareMarks(timeline.marksAt(this.comparedWith.value), timeline.marksAt(index));
    });
    this.changers = computed(() => {
      const { value: index } = this.index;
      if (index === null) return new Map();
      return this.timeline.value?.changersBetween(this.comparedWith.value, index) ?? new Map();
    });
    this.isEarlier = computed(() => this.index.value !== null && this.index.value < this.comparedWith.value);
    this.shares = computed(() => {
      const { value: differences } = this.differences;
      if (!differences) return [];
      const { added, removed, changed } = differences;
      const made = this.isEarlier.value ? { added: removed, removed: added, changed } : differences;
      return shareDifferences(made, this.changers.value);
    });
  }

  /** Reads the history, and what is added to it, until the function that it returns is called. */
  follow(): () => void {
    void this.#read();
    const { annotations, document, versions } = this.#editor.room;
    const stops = [annotations, document, versions].map((changing) =>
      changing.subscribe(() => {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => void this.#read(), FOLLOW_MS);
      }),
    );
    return () => {
      for (const stop of stops) stop();
      clearTimeout(this.#timer);
    };
  }

  async #read(): Promise<void> {
    const document = this.#editor.document.peek();
    if (this.#isReading || !document) return;
    this.#isReading = true;
    try {
      const timeline = this.timeline.peek() ?? new Timeline(document);
      const isFirst = this.timeline.peek() === null;
      for await (const portion of this.#client.documents.changes(document.id, { since: this.#since })) {
        if (!portion.resumed) throw new AcetateError("not_found", "The history has a gap");
        for (const event of portion.events) timeline.append(event);
        this.#since = portion.next_since;
        if (isFirst) this.progress.value = timeline.steps.length;
      }
      batch(() => {
        this.timeline.value = timeline;
        this.length.value = timeline.steps.length;
        this.error.value = null;
      });
    } catch (error) {
      if (!(error instanceof AcetateError)) throw error;
      this.error.value = error;
    } finally {
      this.#isReading = false;
      this.progress.value = null;
    }
  }

  /** Shows the moment after a step. */
  show(index: number): void {
    const { value: timeline } = this.timeline;
    if (!timeline) return;
    const within = Math.max(-1, Math.min(index, timeline.steps.length - 1));
    batch(() => {
      this.index.value = within;
      const step = timeline.steps[within];
      this.#editor.select([]);
      this.#editor.moment.value = {
        seq: step?.seq ?? 1,
        annotations: [...timeline.marksAt(within).values()].sort(compareAnnotations),
        document: timeline.documentAt(within),
      };
    });
  }

  backToNow(): void {
    batch(() => {
      this.index.value = null;
      this.#editor.moment.value = null;
    });
  }
}
