import { AnnotationModel } from "../../../src/client/annotations/annotation-model.ts";
import { Emitter } from "../../../src/client/emitter.ts";
import { Outbox } from "../../../src/client/outbox/outbox.ts";
import { Signal } from "../../../src/client/readable.ts";
import type {
  Labels,
  RefusedOperation,
  Room,
  RoomEvents,
  RoomStatus,
  Saving,
  UnsavedPart,
} from "../../../src/client/room-api.ts";
import type { ExportCall, ExportRequest } from "../../../src/client/rest/exports.ts";
import { defaultStyle } from "../../../src/protocol/model/default-style.ts";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { Comment, CommentDraft } from "../../../src/protocol/model/comment.ts";
import type { LabelSet } from "../../../src/protocol/model/label-set.ts";
import type { Document } from "../../../src/protocol/model/document.ts";
import type { Version } from "../../../src/protocol/model/version.ts";
import type { PresenceEntry } from "../../../src/protocol/wire/down.ts";

const noStore = { open: async () => {}, put: async () => {}, remove: async () => {} };

/** A room that a test drives: what others do is what the test says. Its annotations are the real ones. */
export class DrivenRoom implements Room {
  readonly documentId = crypto.randomUUID();
  readonly status = new Signal<RoomStatus>({ state: "live", error: null, retryAt: null, storeError: null });
  readonly unsaved = new Signal(0);
  readonly refused = new Signal<readonly RefusedOperation[]>([]);
  readonly document = new Signal<Document | null>(null);
  readonly others = new Signal<readonly PresenceEntry[]>([]);
  readonly #presence = new Signal<Readonly<Record<string, unknown>>>({});
  readonly #versions = new Signal<readonly Version[]>([]);
  readonly events = new Emitter<RoomEvents>();
  readonly labelSet = new Signal<LabelSet | null>(null);
  readonly labels: Labels;
  /** What was done to comments: nothing comes of it. */
  readonly commented: unknown[][] = [];
  readonly comments = Object.assign(new Signal<readonly Comment[]>([]), {
    create: (draft: CommentDraft) => ({ id: "new", ...this.#noteComment("create", draft) }),
    edit: (id: string, text: string) => this.#noteComment("edit", id, text),
    delete: (id: string) => this.#noteComment("delete", id),
    resolve: (id: string) => this.#noteComment("resolve", id),
    reopen: (id: string) => this.#noteComment("reopen", id),
    unsaved: () => new Set<UnsavedPart>(),
  });
  readonly annotations: AnnotationModel;
  /** How often the room was closed. */
  closed = 0;
  exports: { request: ExportRequest; call: ExportCall; end: PromiseWithResolvers<Blob> }[] = [];
  #seq = 0;

  constructor(annotations = makeModel()) {
    this.annotations = annotations;
    const { labelSet } = this;
    this.labels = {
      get value() {
        return labelSet.value;
      },
      subscribe: (listener) => labelSet.subscribe(listener),
      set: (labels) => {
        labelSet.set({
          ...(labelSet.value ?? noLabels),
          labels: labels.map((label) => ({ ...label, key: label.key ?? null })),
        });
        return done;
      },
    };
  }

  #noteComment(...call: unknown[]): Saving {
    this.commented.push(call);
    return done;
  }

  /** What others made: points at these places. */
  addPoints(...xs: number[]): Annotation[] {
    const annotations = xs.map((x) => pointAt(x, ++this.#seq));
    this.receive(...annotations);
    return annotations;
  }

  receive(...annotations: Annotation[]): void {
    this.annotations.receive(annotations);
    this.annotations.publish();
  }

  presence = Object.assign(this.#presence, {
    update: (state: Record<string, unknown>) => this.#presence.set({ ...this.#presence.value, ...state }),
  });
  versions = Object.assign(this.#versions, {
    create: async (label = ""): Promise<Version> => {
      const version = { ...someVersion, id: crypto.randomUUID(), label };
      this.#versions.set([version, ...this.#versions.value]);
      return version;
    },
    revert: async () => someVersion,
  });

  get history() {
    return this.annotations.undoStack;
  }
  undo() {
    return this.annotations.undo("undo");
  }
  redo() {
    return this.annotations.undo("redo");
  }
  gesture<T>(run: () => T): T {
    return this.annotations.undoStack.gesture(run);
  }
  dismiss(opId: string): void {
    this.refused.set(this.refused.value.filter((operation) => operation.opId !== opId));
  }
  on<Name extends keyof RoomEvents>(name: Name, listener: (event: RoomEvents[Name]) => void): () => void {
    return this.events.on(name, listener);
  }
  export(request: ExportRequest, call: ExportCall = {}): Promise<Blob> {
    const end = Promise.withResolvers<Blob>();
    this.exports.push({ request, call, end });
    return end.promise;
  }
  updateDocument = (): Promise<Document> => Promise.reject(new Error("not driven"));
  broadcast = (): void => {};
  sendContent = () => ({ saved: Promise.resolve() });
  allSaved = (): Promise<void> => Promise.resolve();
  reconnect = (): void => {};
  disconnect = (): void => {};
  close(): void {
    this.closed++;
  }
}

const done: Saving = { saved: Promise.resolve() };

const noLabels: LabelSet = {
  document_id: "",
  labels: [],
  version: 1,
  seq: 1,
  updated_by: null,
  updated_by_name: null,
  updated_at: "",
};

function makeModel(): AnnotationModel {
  const outbox = new Outbox({ store: noStore, send: () => {}, stamp: (message) => message });
  return new AnnotationModel({ documentId: "", author: () => null, outbox, conflict: () => {} });
}

function pointAt(x: number, seq: number): Annotation {
  return {
    id: crypto.randomUUID(),
    document_id: "",
    type: "point",
    geometry: { x, y: 0 },
    style: defaultStyle,
    text: "",
    labels: [],
    properties: {},
    author: null,
    author_name: null,
    updated_by: null,
    review: "none",
    z_index: 0,
    status: "active",
    version: 1,
    seq,
    ordinal: seq,
    created_at: "",
    updated_at: "",
  };
}

const someVersion: Version = {
  id: "",
  document_id: "",
  number: 1,
  label: "",
  author: null,
  author_name: null,
  automatic: false,
  seq: 1,
  document_version: 1,
  annotation_count: 0,
  created_at: "",
};
