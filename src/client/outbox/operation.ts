import type { ClientMessageDraft } from "../../protocol/wire/up.ts";

/** A message that changes the document: it has an `opId` and is answered by an `ack` or an `error`. */
export type OperationMessage = Extract<ClientMessageDraft, { opId: string }>;

/** An operation that is not acknowledged yet, or was refused for good. */
export interface Operation {
  opId: string;
  /** Ascending in the order in which the operations of a scope were made. */
  order: number;
  /** Rises with each change of the operation, so that of two copies the newer one is known. */
  revision: number;
  message: OperationMessage;
  /** It may have reached the service: its content is final from now on. */
  sent: boolean;
  /** Of an update of an annotation: the fields that it changes, as they were before. */
  before?: Record<string, unknown>;
  /** Absent: it was not refused. */
  refused?: { code: string; message: string };
}

/** An operation as a store keeps it. It is plain data, so a store may keep it as JSON. */
export interface StoredOperation extends Operation {
  /** Whose outbox it belongs to: the service, the document and the user, as one text. */
  scope: string;
  /** Which client made it. Another one takes it over when this one is gone. */
  owner: string;
}

/**
 * Where operations wait for their acknowledgement. What rejects is tried again; meanwhile `room.status` says so, and
 * the operations are in memory only.
 */
export interface OutboxStore {
  /** All operations of a scope, of all owners. */
  load(scope: string): Promise<StoredOperation[]>;
  /**
   * Adds the operations, or replaces those with the same `opId`. Resolves when they are kept. Calls may overlap as a page
   * goes away: keep their order, and begin before the first `await`.
   */
  put(operations: readonly StoredOperation[]): Promise<void>;
  remove(opIds: readonly string[]): Promise<void>;
}

/** What an operation is about. Operations of the same subject go one after the other. */
export function subjectsOf(message: OperationMessage): unknown[] {
  if (message.type === "labels.set") return [message.type];
  if (message.type === "annotation.create") return [message.annotation.id];
  if (message.type !== "comment.create") return "id" in message ? [message.id] : [];
  // Its annotation and its thread must be there before it.
  const { id, annotation_id: annotationId, reply_to: first = id } = message.comment;
  return [id, annotationId, first ?? id];
}

/** The annotation that an operation is about. null: it is about none, or about several. */
export function annotationIdOf(message: OperationMessage): string | null {
  if (message.type === "annotation.create") return message.annotation.id ?? null;
  return message.type.startsWith("annotation.") && "id" in message ? message.id : null;
}
