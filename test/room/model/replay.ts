import { type CommentOperation, type CommentState, applyComment } from "./comments.ts";
import { type Signature, type Who, namedSignature, signature } from "./people.ts";
import type { BatchOperation, Input, Label, Operation, Patch, Sender } from "./operation.ts";

/**
 * What a document is after a list of changes, computed in the plainest way: one change after the other, from the
 * first. Nothing of `src/room` takes part in it, so that a mistake made there is not made here, too.
 */

export type Edit =
  | ({ op: "create"; author: string | null } & Omit<Input, "author">)
  | Exclude<BatchOperation, { op: "create" }>;

export type Change = { by: Who } & Deed;

type Deed =
  | { kind: "update"; delta: string; actorId: string; base: number }
  | { kind: "document"; patch: Partial<Pick<DocumentState, "title" | "metadata" | "status">> }
  | { kind: "labels"; labels: Label[] }
  | { kind: "annotations"; edits: Edit[]; batch: boolean }
  | { kind: "comment"; operation: CommentOperation; sub: string | null }
  | { kind: "version"; automatic: boolean }
  /** To the version that was made at seq `to`. */
  | { kind: "revert"; to: number };

/** A snapshot that was taken when there were `after` changes. What it holds is what its sender says. */
export interface Snapshot {
  after: number;
  version: number;
  text: string;
}

export interface DocumentState {
  title: string;
  metadata: Record<string, unknown>;
  status: "active" | "deleted";
  version: number;
  updated_by: string | null;
  updated_by_name: string | null;
}

export interface LabelsState {
  labels: Label[];
  version: number;
  /** Of its last change. */
  seq: number;
  updated_by: string | null;
  updated_by_name: string | null;
}

export interface AnnotationState extends Omit<Input, "author" | "style">, Signature {
  style: Record<string, unknown>;
  author: string | null;
  author_name: string | null;
  status: "active" | "deleted";
  version: number;
  /** Of its last change. */
  seq: number;
}

export interface VersionState {
  seq: number;
  number: number;
  author: string | null;
  author_name: string | null;
  automatic: boolean;
  document_version: number;
  annotation_count: number;
}

export interface StoredUpdate {
  seq: number;
  delta: string;
  actorId: string;
}

export interface State {
  seq: number;
  document: DocumentState;
  labels: LabelsState;
  /** Deleted ones, too, in the order of creation. */
  annotations: Map<string, AnnotationState>;
  comments: Map<string, CommentState>;
  snapshot: { version: number; text: string } | null;
  /** The updates after the snapshot. */
  updates: StoredUpdate[];
  versions: VersionState[];
  /** The last seq that changed CRDT content, and the last revert that did. */
  contentSeq: number;
  lastCrdtRevert: number;
}

/** What everyone hears of one change. */
export type Told =
  | ({ type: "update" } & StoredUpdate)
  | { type: "document.updated" | "document.deleted"; seq: number; document: DocumentState }
  | { type: "labels.updated"; seq: number; labels: LabelsState }
  | { type: "annotations"; seq: number; batch: boolean; annotations: AnnotationState[] }
  | { type: "comment"; seq: number; comment: CommentState }
  | { type: "version.created"; seq: number; version: VersionState }
  | {
      type: "version.reverted";
      seq: number;
      version: VersionState;
      document: DocumentState;
      labels: LabelsState | null;
      annotations: AnnotationState[];
      crdtChanged: boolean;
    };

/** The change that an operation asks for. */
export function toChange(operation: Operation, sender: Sender, base: number): Change {
  return { by: sender.by, ...toDeed(operation, sender, base) };
}

function toDeed(operation: Operation, { sub, actorId, by }: Sender, base: number): Deed {
  switch (operation.type) {
    case "update":
      return { kind: "update", delta: operation.delta, actorId, base };
    case "annotation.create": {
      const edit = sign({ op: "create", ...operation.input }, sub, by);
      return { kind: "annotations", edits: [edit], batch: false };
    }
    case "annotation.update": {
      const { id, version, patch } = operation;
      return { kind: "annotations", edits: [{ op: "update", id, version, ...patch }], batch: false };
    }
    case "annotation.delete":
    case "annotation.restore": {
      const { type, id, version } = operation;
      const op = type === "annotation.delete" ? ("delete" as const) : ("restore" as const);
      const edit = { op, id, ...(version !== undefined && { version }) };
      return { kind: "annotations", edits: [edit], batch: false };
    }
    case "labels.set":
      return { kind: "labels", labels: operation.labels };
    case "comment.create":
    case "comment.update":
    case "comment.delete":
      return { kind: "comment", operation, sub };
    case "annotation.batch":
      return {
        kind: "annotations",
        edits: operation.operations.map((edit) => sign(edit, sub, by)),
        batch: true,
      };
  }
}

/** The subject of a token is the author, whatever is said; without one, whoever is named, or else who sends it. */
function sign(edit: BatchOperation, sub: string | null, by: Who): Edit {
  return edit.op === "create" ? { ...edit, author: sub ?? edit.author ?? by.id } : edit;
}

export interface Replay {
  state: State;
  told: Told[];
  /** What versions keep, by their seqs. */
  kept: ReadonlyMap<number, State>;
}

/** The state after all of `changes`, and what was told of each. */
export function replay(changes: readonly Change[], snapshots: readonly Snapshot[]): Replay {
  const state: State = {
    seq: 0,
    document: { title: "", metadata: {}, status: "active", version: 0, ...namedSignature(nobody) },
    labels: { labels: [], version: 1, seq: 1, ...namedSignature(nobody) },
    annotations: new Map(),
    comments: new Map(),
    snapshot: null,
    updates: [],
    versions: [],
    contentSeq: 0,
    lastCrdtRevert: 0,
  };
  const kept = new Map<number, State>();
  const told: Told[] = [];
  for (const change of changes) {
    state.seq++;
    told.push(apply(state, change, kept));
    // A version keeps what there was when it was made: no snapshot that came later.
    if (change.kind === "version") {
      const { annotations, comments, updates, versions } = state;
      kept.set(state.seq, {
        ...state,
        annotations: new Map(annotations),
        comments: new Map(comments),
        updates: [...updates],
        versions: [...versions],
      });
    }
    for (const { version, text } of snapshots.filter(({ after }) => after === state.seq)) {
      state.snapshot = { version, text };
      state.updates = state.updates.filter(({ seq }) => seq > version);
    }
  }
  return { state, told, kept };
}

function apply(state: State, change: Change, kept: ReadonlyMap<number, State>): Told {
  const { seq } = state;
  const { by } = change;
  switch (change.kind) {
    case "update": {
      const { delta, actorId, base } = change;
      if (base < state.lastCrdtRevert)
        throw new Error(`seq ${seq}: an update from before a revert was taken`);
      const update = { seq, delta, actorId };
      state.updates.push(update);
      state.contentSeq = seq;
      return { type: "update", ...update };
    }
    case "document": {
      state.document = {
        ...state.document,
        ...change.patch,
        ...namedSignature(by),
        version: state.document.version + 1,
      };
      const type = state.document.status === "deleted" ? "document.deleted" : "document.updated";
      return { type, seq, document: state.document };
    }
    case "labels": {
      const version = state.labels.version + 1;
      state.labels = { labels: change.labels, version, seq, ...namedSignature(by) };
      return { type: "labels.updated", seq, labels: state.labels };
    }
    case "annotations": {
      const annotations = change.edits.map((edit) => {
        const annotation = applyEdit(state.annotations.get(edit.id), edit, seq, by);
        state.annotations.set(edit.id, annotation);
        return annotation;
      });
      return { type: "annotations", seq, batch: change.batch, annotations };
    }
    case "comment": {
      const comment = applyComment(state.comments, change.operation, change, seq);
      state.comments.set(comment.id, comment);
      return { type: "comment", seq, comment };
    }
    case "version": {
      const version = {
        seq,
        number: state.versions.length + 1,
        author: by.id,
        author_name: by.name,
        automatic: change.automatic,
        document_version: state.document.version,
        annotation_count: activeOf(state).length,
      };
      state.versions.push(version);
      return { type: "version.created", seq, version };
    }
    case "revert": {
      const then = kept.get(change.to);
      const version = then?.versions.at(-1);
      if (!then || !version) throw new Error(`There is no version at seq ${change.to}`);
      return revert(state, then, version, by);
    }
  }
}

export function activeOf({ annotations }: State): AnnotationState[] {
  return [...annotations.values()].filter(({ status }) => status === "active");
}

function applyEdit(before: AnnotationState | undefined, edit: Edit, seq: number, by: Who): AnnotationState {
  if (edit.op === "create") {
    const { op: _op, style, review = "none", ...input } = edit;
    const made = { author_name: by.name, updated_by: input.author, status: "active", version: 1 } as const;
    return { ...input, ...made, review, style: mergeStyle(defaultStyle, style), seq };
  }
  if (!before || (before.status === "deleted") !== (edit.op === "restore"))
    throw new Error(`seq ${seq} changes ${edit.id}, which is not there`);
  if (edit.version !== undefined && edit.version !== before.version) {
    throw new Error(
      `seq ${seq} was made for version ${edit.version} of ${edit.id}, which was ${before.version}`,
    );
  }
  const { updated_by_name: _name, ...rest } = before;
  const after = { ...rest, ...signature(before.author, by), version: before.version + 1, seq };
  if (edit.op === "delete") return { ...after, status: "deleted" };
  if (edit.op === "restore") return { ...after, status: "active" };
  const { op: _op, style, properties, version: _version, ...replaced } = edit;
  return {
    ...after,
    ...replaced,
    ...(style && { style: mergeStyle(before.style, style) }),
    ...(properties && { properties: mergeFlat(before.properties, properties) }),
  };
}

const nobody: Who = { id: null, name: null };

const defaultStyle = { stroke: "#e11d48", fill: null, stroke_width: 3, font_size: 24, opacity: 1 };

/** null: a colour is none, a dash is taken away, a number is its default. */
function mergeStyle(before: Record<string, unknown>, patch: NonNullable<Patch["style"]>) {
  const { dash, ...members }: Record<string, unknown> = { ...before, ...patch };
  const { stroke_width, font_size, opacity } = defaultStyle;
  return {
    ...members,
    stroke_width: members["stroke_width"] ?? stroke_width,
    font_size: members["font_size"] ?? font_size,
    opacity: members["opacity"] ?? opacity,
    ...(dash !== undefined && dash !== null && { dash }),
  };
}

/** RFC 7396, for members that are no objects. */
export function mergeFlat(before: Record<string, unknown>, patch: Record<string, unknown>) {
  const members = Object.entries({ ...before, ...patch });
  return Object.fromEntries(members.filter(([, value]) => value !== null));
}

function revert(state: State, then: State, version: VersionState, by: Who): Told {
  const { seq } = state;
  const { title, metadata } = then.document;
  const signed = namedSignature(by);
  state.document = { ...state.document, title, metadata, ...signed, version: state.document.version + 1 };
  const isSameSet = canonical(then.labels.labels) === canonical(state.labels.labels);
  if (!isSameSet)
    state.labels = { labels: then.labels.labels, version: state.labels.version + 1, seq, ...signed };
  const labels = isSameSet ? null : state.labels;
  const annotations: AnnotationState[] = [];
  for (const [id, present] of state.annotations) {
    const past = then.annotations.get(id);
    const wanted = past ?? { ...present, status: "deleted" as const };
    if (looksSame(present, wanted)) continue;
    const { updated_by_name: _name, ...rest } = wanted;
    const restored = { ...rest, ...signature(rest.author, by), version: present.version + 1, seq };
    state.annotations.set(id, restored);
    annotations.push(restored);
  }
  const crdtChanged = state.contentSeq > version.seq;
  if (crdtChanged) {
    state.snapshot = then.snapshot;
    state.updates = [...then.updates];
    state.contentSeq = seq;
    state.lastCrdtRevert = seq;
  }
  const { document } = state;
  return { type: "version.reverted", seq, version, document, labels, annotations, crdtChanged };
}

/** Two that are deleted do. */
export function looksSame(one: AnnotationState, other: AnnotationState): boolean {
  if (one.status === "deleted" && other.status === "deleted") return true;
  const look = (annotation: AnnotationState) => {
    const { version: _version, seq: _seq, updated_by: _by, updated_by_name: _name, ...rest } = annotation;
    return canonical(rest);
  };
  return look(one) === look(other);
}

/** JSON with its members in order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
