import type {
  Annotation,
  AnnotationInput,
  AnnotationPatch,
  Operation,
} from "../../protocol/model/annotation.ts";
import { type Result, fail, ok } from "../../protocol/errors.ts";
import { BATCH_RESULT_MAX_BYTES } from "../../protocol/limits.ts";
import type { BatchResult, Created, WriteOptions } from "../room-api.ts";
import { decideCreate, decideDelete, decideRestore, decideUpdate } from "./decide-annotation.ts";
import type { Occasion, Command, Decision, RoomReader } from "./command.ts";

/**
 * What makes two creations the same. If the token names the author, the input's author does not count. So the same
 * request is the same over REST and over a socket.
 */
function comparable(input: object, author: string | undefined): object {
  return author === undefined ? input : { ...input, author: undefined };
}

/** @param author who the token names; the input's author counts only if there is no token */
export function createAnnotation(
  input: AnnotationInput,
  author: string | undefined,
): Command<Created<Annotation>> {
  return {
    type: "annotation.create",
    payload: comparable(input, author),
    role: "editor",
    decide(room, occasion) {
      const created = decideCreate(room, occasion, input, author);
      if (!created.ok) return created;
      const annotation = created.value;
      return ok({ ...single(annotation, room.head), result: { value: annotation, created: true } });
    },
    replay: (room, seq) => ({ value: replayOne(room, seq), created: false }),
  };
}

export function updateAnnotation(
  id: string,
  version: number,
  patch: AnnotationPatch,
  ifMatch?: WriteOptions["ifMatch"],
): Command<Annotation> {
  return {
    type: "annotation.update",
    payload: { id, version, patch },
    role: "editor",
    decide(room, occasion) {
      const updated = decideUpdate(room, occasion, id, version, patch, ifMatch);
      return updated.ok ? ok(single(updated.value, room.head)) : updated;
    },
    replay: (room, seq) => replayOne(room, seq, id),
  };
}

export function deleteAnnotation(
  id: string,
  version: number | undefined,
  ifMatch?: WriteOptions["ifMatch"],
): Command<Annotation> {
  return {
    type: "annotation.delete",
    payload: version === undefined ? { id } : { id, version },
    role: "editor",
    decide(room, occasion) {
      const deleted = decideDelete(room, occasion, id, version, ifMatch);
      return deleted.ok ? ok(single(deleted.value, room.head)) : deleted;
    },
    // A batch or a revert may have deleted it together with others.
    replay: (room, seq) => replayOne(room, seq, id),
  };
}

/** Brings a deleted annotation back, as it was when it was deleted. */
export function restoreAnnotation(
  id: string,
  version: number | undefined,
  ifMatch?: WriteOptions["ifMatch"],
): Command<Annotation> {
  return {
    type: "annotation.restore",
    payload: version === undefined ? { id } : { id, version },
    role: "editor",
    decide(room, occasion) {
      const restored = decideRestore(room, occasion, id, version, ifMatch);
      return restored.ok ? ok(single(restored.value, room.head)) : restored;
    },
    replay: (room, seq) => replayOne(room, seq, id),
  };
}

/** All or none, as one change with one seq. */
export function applyBatch(
  operations: readonly Operation[],
  author: string | undefined,
): Command<BatchResult> {
  return {
    type: "annotation.batch",
    payload: {
      operations: operations.map((one) => (one.op === "create" ? comparable(one, author) : one)),
    },
    role: "editor",
    decide(room, occasion) {
      const annotations: Annotation[] = [];
      const seen = new Set<string>();
      let bytes = 0;
      for (const [index, operation] of operations.entries()) {
        if (operation.id !== undefined && seen.has(operation.id)) {
          return refuseRepeated(index);
        }
        const decided = decideOperation(room, occasion, operation, author, index);
        if (!decided.ok) return { ok: false, error: atIndex(decided.error, index) };
        // What a batch creates was in its body. What it changes may be far larger than the body.
        if (operation.op !== "create") bytes += JSON.stringify(decided.value).length;
        if (bytes > BATCH_RESULT_MAX_BYTES) return refuseLarge(index);
        seen.add(decided.value.id);
        annotations.push(decided.value);
      }
      const seq = room.head + 1;
      return ok({
        entries: [{ kind: "annotations", seq, annotations, batch: true }],
        result: { seq, annotations },
      });
    },
    replay: (room, seq) => ({ seq, annotations: room.annotations.readChangedAt(seq).annotations }),
  };
}

function decideOperation(
  room: RoomReader,
  occasion: Occasion,
  operation: Operation,
  author: string | undefined,
  index: number,
): Result<Annotation> {
  switch (operation.op) {
    case "create": {
      const { op: _op, ...input } = operation;
      return decideCreate(room, occasion, input, author, index);
    }
    case "update": {
      const { op: _op, id, version, ...patch } = operation;
      return decideUpdate(room, occasion, id, version, patch);
    }
    case "delete": {
      const deleted = decideDelete(room, occasion, operation.id, operation.version);
      // Within a batch every operation leaves a row, so that the whole batch can be read back.
      if (deleted.ok && deleted.value.seq <= room.head) {
        return fail("annotation_deleted", `The annotation ${operation.id} is deleted already`, {
          current: deleted.value,
        });
      }
      return deleted;
    }
    case "restore": {
      const restored = decideRestore(room, occasion, operation.id, operation.version);
      if (restored.ok && restored.value.seq <= room.head) {
        return fail("annotation_not_deleted", `The annotation ${operation.id} is not deleted`, {
          current: restored.value,
        });
      }
      return restored;
    }
  }
}

/** The decision about one annotation. One that already was as asked for has a seq up to `head`: nothing changes. */
function single(annotation: Annotation, head: number): Decision<Annotation> {
  const { seq } = annotation;
  if (seq <= head) return { entries: [], result: annotation, unchangedSince: seq };
  return {
    entries: [{ kind: "annotations", seq, annotations: [annotation], batch: false }],
    result: annotation,
  };
}

/** What the annotation `id` became at `seq`. Without an id: the only annotation that changed then. */
function replayOne(room: RoomReader, seq: number, id?: string): Annotation {
  const { annotations } = room.annotations.readChangedAt(seq);
  const annotation = id === undefined ? annotations[0] : annotations.find((one) => one.id === id);
  if (!annotation) throw new Error(`There is no annotation at seq ${seq}`);
  return annotation;
}

function atIndex<T extends { errors?: { path: string; message: string }[] }>(
  error: T,
  index: number,
): T & { index: number } {
  const errors = error.errors?.map(({ path, message }) => ({ path: `operations.${index}.${path}`, message }));
  return { ...error, index, ...(errors && { errors }) };
}

function refuseLarge(index: number): ReturnType<typeof fail> {
  const message = `operations.${index}: the annotations that the batch changes take more than ${BATCH_RESULT_MAX_BYTES} bytes: split the batch`;
  return fail("too_large", message, { index });
}

function refuseRepeated(index: number): ReturnType<typeof fail> {
  const message = "is the id of an operation before it: one operation for each annotation";
  return fail("invalid", `operations.${index}.id: ${message}`, {
    index,
    errors: [{ path: `operations.${index}.id`, message }],
  });
}
