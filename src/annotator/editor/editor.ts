import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Annotation, AnnotationDraft, AnnotationPatch } from "../../protocol/model/annotation.ts";
import type { Document } from "../../protocol/model/document.ts";
import type { LabelSet } from "../../protocol/model/label-set.ts";
import type { AnnotationType } from "../../protocol/model/geometry.ts";
import { LABELS_MAX } from "../../protocol/limits.ts";
import type { PresenceEntry } from "../../protocol/wire/presence.ts";
import type { Room, RoomStatus, Undone } from "../../client/room-api.ts";
import type { Access } from "./access.ts";
import { fromReadable } from "./from-readable.ts";
import { labelsInUse, type LabelView, listLabels } from "./label-view.ts";
import { firstStyle, type MarkStyle, readStyle, toStylePatch } from "./mark-style.ts";
import type { Transform } from "./geometry/transform-mark.ts";
import type { Notice } from "./notice.ts";
import { PeopleColors } from "./people.ts";
import { isDrawingTool, type ToolName } from "./tool-name.ts";
import type { Words } from "../words/en.ts";

/** Pixels of the longer side of a sheet that has no size yet. */
const SIDE_DEFAULT = 1_000;

/** What is being drawn, for whoever says how to go on. */
export interface DrawingProgress {
  type: AnnotationType;
  /** Points that are placed. */
  points: number;
  /** Whether it would be a mark if it ended now. */
  canFinish: boolean;
}

/** The document as it was at a seq. */
export interface Moment {
  seq: number;
  annotations: readonly Annotation[];
  document: Document;
}

/** The thread of comments that is open. */
export interface OpenThread {
  markId: string;
  /** null: the open one of the mark, or a new one. */
  threadId: string | null;
  /** What is said next begins a thread, also where the mark has one. */
  isNew?: boolean;
  /** The mark is only shown so far. It is made when something is said. */
  newMark?: AnnotationDraft;
}

/**
 * What the annotator works on, and with what: everything that several of its parts must agree on. It has no DOM. The
 * stage shows it, tools and keys change it, the panels do both.
 */
export class Editor {
  readonly room: Room;
  readonly access: ReadonlySignal<Access>;

  /** What the room tells. */
  readonly document: ReadonlySignal<Document | null>;
  readonly status: ReadonlySignal<RoomStatus>;
  readonly unsaved: ReadonlySignal<number>;
  readonly others: ReadonlySignal<readonly PresenceEntry[]>;
  readonly present: ReadonlySignal<readonly Annotation[]>;
  /** Whether the marks are known. The document is known before them. */
  readonly isLoaded: ReadonlySignal<boolean>;

  /** The moment of the past that is shown. null: the present. */
  readonly moment = signal<Moment | null>(null);
  /** What is shown, in drawing order. */
  readonly marks: ReadonlySignal<readonly Annotation[]>;
  readonly markById: ReadonlySignal<ReadonlyMap<string, Annotation>>;
  /** Whether marks can be changed now: by role, and not in the past. */
  readonly canEdit: ReadonlySignal<boolean>;

  readonly tool = signal<ToolName>("select");
  /** The tool before the last change, for keys that are held. */
  readonly lastDrawingTool = signal<ToolName>("box");
  readonly style = signal<MarkStyle>(firstStyle);
  /** Labels of the next mark. */
  readonly nextLabels = signal<readonly string[]>([]);
  readonly isSnapping = signal(false);
  /** Whether a tool stays on after its mark is made. Otherwise the mark is selected. */
  readonly keepsTool = signal(true);
  /** The style that the style bar shows: of the selection (its last mark), otherwise of the next mark. */
  readonly shownStyle: ReadonlySignal<MarkStyle>;
  /** The labels to choose from, with their colours and keys. */
  readonly labels: ReadonlySignal<readonly LabelView[]>;
  /** Labels that the application offers beside the document's own. */
  readonly offeredLabels = signal<readonly string[]>([]);
  /** The document's own set of labels. null: not known yet. */
  readonly labelSet: ReadonlySignal<LabelSet | null>;

  /** Ids of the selected marks, the last one selected at the end. */
  readonly selection = signal<readonly string[]>([]);
  readonly selected: ReadonlySignal<readonly Annotation[]>;
  /** Marks that this person does not want to see for now. */
  readonly hidden = signal<ReadonlySet<string>>(new Set());
  /**
   * Marks as they are being drawn or dragged, by id: the stage shows them instead of what the room has. They become a
   * change of the room when the gesture ends.
   */
  readonly preview = signal<ReadonlyMap<string, Annotation>>(new Map());
  /** What makes each mark of the preview out of the room's. null: they don't all change in the same way. */
  readonly previewTransform = signal<Transform | null>(null);

  /** What is being drawn: nothing else has the keys. null: nothing. */
  readonly drawing = signal<DrawingProgress | null>(null);
  /** The connection whose view this one follows. */
  readonly following = signal<string | null>(null);

  /** null: none is open. */
  readonly thread = signal<OpenThread | null>(null);
  readonly finderOpen = signal(false);
  readonly keysOpen = signal(false);
  /** The last thing to tell this person, on the screen and to screen readers. */
  readonly notice = signal<Notice | null>(null);
  /** The same for screen readers only: others see it on the picture. */
  readonly announcement = signal<Notice | null>(null);

  /** The colours of people, the same in every part. */
  readonly people = new PeopleColors();

  /** The labels that each tool gave last. */
  readonly #lastLabels = new Map<ToolName, readonly string[]>();
  /** Every label that was seen since the document is open: their keys and colours don't change meanwhile. */
  readonly #seenLabels = signal<readonly string[]>([]);
  readonly #stops: (() => void)[] = [];

  constructor(room: Room, access: ReadonlySignal<Access>) {
    this.room = room;
    this.access = access;
    const onStop = (stop: () => void): void => void this.#stops.push(stop);
    this.document = fromReadable(room.document, onStop);
    this.status = fromReadable(room.status, onStop);
    this.unsaved = fromReadable(room.unsaved, onStop);
    this.others = fromReadable(room.others, onStop);
    this.present = fromReadable(room.annotations, onStop);
    const isLoaded = signal(false);
    this.isLoaded = isLoaded;
    this.#stops.push(
      effect(() => {
        if (this.status.value.state === "live") isLoaded.value = true;
      }),
    );
    this.marks = computed(() => this.moment.value?.annotations ?? this.present.value);
    this.canEdit = computed(() => this.access.value.canEdit && this.moment.value === null);
    this.markById = computed(() => new Map(this.marks.value.map((mark) => [mark.id, mark])));
    this.selected = computed(() => this.selection.value.flatMap((id) => this.markById.value.get(id) ?? []));
    this.shownStyle = computed(() => {
      const mark = this.selected.value.at(-1);
      return mark ? readStyle(mark, this.side) : this.style.value;
    });
    this.labelSet = fromReadable(room.labels, onStop);
    this.labels = computed(() =>
      listLabels(this.labelSet.value?.labels ?? [], [...this.offeredLabels.value, ...this.#seenLabels.value]),
    );
    this.#stops.push(effect(() => this.#seeMarks(this.present.value)));
  }

  /** Pixels of the picture's longer side. */
  get side(): number {
    const { width, height } = this.document.value ?? {};
    return Math.max(width ?? 0, height ?? 0) || SIDE_DEFAULT;
  }

  chooseTool(tool: ToolName): void {
    batch(() => {
      this.tool.value = tool;
      if (!isDrawingTool(tool)) return;
      this.lastDrawingTool.value = tool;
      const labels = this.#lastLabels.get(tool);
      if (labels) this.#chooseLabels(labels);
      // While something is drawn, styles and labels are for the next mark.
      this.selection.value = [];
    });
  }

  /** Changes the selected marks, or, where there is none, the style of the next one. */
  applyStyle(change: Partial<MarkStyle>): void {
    if (this.selected.value.length === 0) this.style.value = { ...this.style.value, ...change };
    else this.changeSelected((mark) => ({ style: toStylePatch(change, mark, this.side) }));
  }

  /**
   * Gives the selected marks this label and its colour, or, where there is no selection, the next mark. Those that have
   * it alone lose it.
   */
  applyLabel(name: string): void {
    const given =
      this.selected.value.length === 0 ? [this.nextLabels.value] : this.selected.value.map(labelsOf);
    if (given.every((labels) => labels.length === 1 && labels[0] === name)) this.clearLabels();
    else this.giveLabel(name);
  }

  /** Gives the selected marks this label and its colour, or the next mark. It takes the place of other labels. */
  giveLabel(name: string): void {
    this.#seeLabels([name]);
    const color = this.labels.value.find((label) => label.name === name)?.color;
    if (this.selected.value.length === 0) {
      this.#chooseLabels([name]);
      return;
    }
    this.changeSelected((mark) => ({
      labels: [name],
      ...(color !== undefined && { style: toStylePatch({ color }, mark, this.side) }),
    }));
  }

  /** Takes all labels from the selected marks, or from the next one. */
  clearLabels(): void {
    if (this.selected.value.length === 0) this.#chooseLabels([]);
    else this.changeSelected(() => ({ labels: [] }));
  }

  /** Adds a label beside others, or takes it away. */
  toggleLabel(name: string): void {
    this.#seeLabels([name]);
    const toggle = (labels: readonly string[]): string[] =>
      labels.includes(name) ? labels.filter((other) => other !== name) : [...labels, name].slice(-LABELS_MAX);
    if (this.selected.value.length === 0) this.#chooseLabels(toggle(this.nextLabels.value));
    else this.changeSelected((mark) => ({ labels: toggle(mark.labels) }));
  }

  /** Changes every selected mark in one gesture. Locked ones stay as they are. */
  changeSelected(change: (mark: Annotation) => AnnotationPatch): void {
    if (!this.canEdit.value) return;
    const marks = this.selected.value.filter((mark) => !isLocked(mark));
    this.room.gesture(() => {
      for (const { id } of marks) {
        if (this.room.annotations.get(id)) this.room.annotations.update(id, change);
      }
    });
  }

  undo(): void {
    this.#tellUndone(this.room.undo(), (words, count) => words.stage.undone(count));
  }

  redo(): void {
    this.#tellUndone(this.room.redo(), (words, count) => words.stage.redone(count));
  }

  /** Tells this person something, on the screen, too. */
  tell(say: Notice["say"]): void {
    this.notice.value = { say };
  }

  /** Tells screen readers what others see on the picture. */
  announce(say: Notice["say"]): void {
    this.announcement.value = { say };
  }

  select(ids: readonly string[]): void {
    this.selection.value = ids;
  }

  hide(ids: readonly string[]): void {
    this.hidden.value = new Set([...this.hidden.value, ...ids]);
  }

  show(ids: readonly string[]): void {
    const hidden = new Set(this.hidden.value);
    for (const id of ids) hidden.delete(id);
    this.hidden.value = hidden;
  }

  #chooseLabels(labels: readonly string[]): void {
    batch(() => {
      this.nextLabels.value = labels;
      this.#lastLabels.set(this.tool.value, labels);
      const color = this.labels.value.find(({ name }) => name === labels.at(-1))?.color;
      if (color !== undefined) this.style.value = { ...this.style.value, color };
    });
  }

  #seeMarks(marks: readonly Annotation[]): void {
    const seen = new Set(this.#seenLabels.peek());
    const hasNew = marks.some(({ labels }) => labels.some((name) => !seen.has(name)));
    if (hasNew) this.#seeLabels(labelsInUse(marks));
  }

  #seeLabels(names: readonly string[]): void {
    const seen = this.#seenLabels.peek();
    const added = names.filter((name) => !seen.includes(name));
    if (added.length > 0) this.#seenLabels.value = [...seen, ...added];
  }

  #tellUndone(undone: Undone | null, say: (words: Words, count: number) => string): void {
    if (!undone) return;
    const { annotationIds, kept } = undone;
    const shown = annotationIds.filter((id) => this.room.annotations.get(id));
    if (this.tool.value === "select" && shown.length > 0) this.select(shown);
    if (kept.length === 0) this.announce((words) => say(words, annotationIds.length));
    else this.tell((words) => words.stage.kept(new Set(kept.map(({ annotationId }) => annotationId)).size));
  }

  close(): void {
    for (const stop of this.#stops) stop();
    this.room.close();
  }
}

function labelsOf({ labels }: Annotation): readonly string[] {
  return labels;
}

/** Whether a mark is locked: nobody can select or change it on the picture. It is shared, and can be undone. */
export function isLocked(mark: Annotation): boolean {
  return mark.properties["locked"] === true;
}
