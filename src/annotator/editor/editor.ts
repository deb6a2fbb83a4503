import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Document } from "../../protocol/model/document.ts";
import type { PresenceEntry } from "../../protocol/wire/presence.ts";
import type { Room, RoomStatus } from "../../client/room-api.ts";
import type { Access } from "./access.ts";
import { fromReadable } from "./from-readable.ts";
import { firstStyle, type MarkStyle } from "./mark-style.ts";
import type { ToolName } from "./tool-name.ts";

/** The document as it was at a seq. */
export interface Moment {
  seq: number;
  annotations: readonly Annotation[];
  document: Document;
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

  /** The moment of the past that is shown. null: the present. */
  readonly moment = signal<Moment | null>(null);
  /** What is shown, in drawing order. */
  readonly marks: ReadonlySignal<readonly Annotation[]>;
  /** Whether marks can be changed now: by role, and not in the past. */
  readonly canEdit: ReadonlySignal<boolean>;

  readonly tool = signal<ToolName>("select");
  /** The tool before the last change, for keys that are held. */
  readonly lastDrawingTool = signal<ToolName>("box");
  readonly style = signal<MarkStyle>(firstStyle);
  /** Labels of the next mark. */
  readonly nextLabels = signal<readonly string[]>([]);
  readonly isSnapping = signal(false);

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
    this.marks = computed(() => this.moment.value?.annotations ?? this.present.value);
    this.canEdit = computed(() => this.access.value.canEdit && this.moment.value === null);
    this.selected = computed(() => {
      const byId = new Map(this.marks.value.map((mark) => [mark.id, mark]));
      return this.selection.value.flatMap((id) => byId.get(id) ?? []);
    });
  }

  chooseTool(tool: ToolName): void {
    batch(() => {
      if (tool !== "select" && tool !== "hand" && tool !== "comment") this.lastDrawingTool.value = tool;
      this.tool.value = tool;
    });
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

  close(): void {
    for (const stop of this.#stops) stop();
    this.room.close();
  }
}

/** Whether a mark is locked: nobody can select or change it on the picture. It is shared, and can be undone. */
export function isLocked(mark: Annotation): boolean {
  return mark.properties["locked"] === true;
}
