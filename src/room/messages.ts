import type { Role } from "../protocol/access.ts";
import type { Annotation } from "../protocol/annotation.ts";
import { type ClientMessage, clientMessageSchemas } from "../protocol/client-messages.ts";
import { type Failure, type Result, errorKind, fail, ok } from "../protocol/errors.ts";
import { parseInput } from "../protocol/field-errors.ts";
import { FRAME_MAX_BYTES, FRAME_MESSAGES_MAX, RATE_REFUSALS_MAX } from "../protocol/limits.ts";
import { parseJson } from "../protocol/parse-json.ts";
import { isPlainUpdate } from "../protocol/plain-update.ts";
import { utf8Length } from "../protocol/scalars.ts";
import type { Connection } from "./connection.ts";
import {
  applyBatch,
  createAnnotation,
  deleteAnnotation,
  updateAnnotation,
} from "./operations/annotations.ts";
import type { Operation } from "./operations/operation.ts";
import { appendUpdate } from "./operations/updates.ts";
import type { Room } from "./room.ts";
import { Snapshots } from "./snapshots.ts";

/** Bad frames in a row before a client is taken for broken. One good message starts the count anew. */
const STRIKES_MAX = 20;
/** A client that was refused for being too fast, and then was quiet for so long, has listened. */
const RATE_PAUSE_MS = 1_000;

/** What arrives over sockets: parsed once, at this edge, then the same operations as REST's (I5). */
export class Messages {
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  receive(connection: Connection, frame: string | ArrayBuffer): void {
    const now = Date.now();
    connection.markSeen(now);
    connection.delivery.heard();
    this.#room.joins.settled(connection);
    const frameBytes = sizeOf(frame);
    if (frameBytes > FRAME_MAX_BYTES) {
      this.#room.hub.refuse(connection, tooLarge().error);
      this.#room.hub.close(connection, "too_large", `A frame is at most ${FRAME_MAX_BYTES} bytes`);
      return;
    }
    const wait = connection.byteRate.take(frameBytes, now);
    if (wait > 0) {
      this.#slowDown(connection, wait, now);
      this.#room.hub.flush();
      return;
    }
    const messages = parseFrame(frame);
    if (messages.ok) for (const message of messages.value) this.#receiveOne(connection, message, now);
    else this.#strike(connection, messages.error);
    this.#room.hub.flush();
  }

  #receiveOne(connection: Connection, input: unknown, now: number): void {
    if (!this.#room.hub.has(connection)) return;
    const opId = opIdOf(input);
    const wait = connection.messageRate.take(1, now);
    if (wait > 0) {
      this.#slowDown(connection, wait, now, opId);
      return;
    }
    const message = parseMessage(input);
    if (!message.ok) {
      this.#strike(connection, message.error, opId);
      return;
    }
    connection.strikes = 0;
    const allowed = this.#room.check(connection.access, roleOf(message.value));
    if (allowed.ok) this.#dispatch(connection, message.value, now);
    else this.#refuse(connection, allowed.error, opId);
  }

  /** Too fast: no effect, and how long to wait. Who goes on all the same is sent away. */
  #slowDown(connection: Connection, retryAfterMs: number, now: number, opId?: string): void {
    const message = `Too fast: wait ${retryAfterMs} ms`;
    this.#room.hub.refuse(connection, fail("rate_limited", message, { retryAfterMs }).error, opId);
    const { count, at } = connection.rateRefusals;
    connection.rateRefusals = { count: now - at > RATE_PAUSE_MS ? 1 : count + 1, at: now };
    if (connection.rateRefusals.count > RATE_REFUSALS_MAX)
      this.#room.hub.close(connection, "rate_limited", message);
  }

  /** A frame that is not of the protocol: an error, and after many of them the end. */
  #strike(connection: Connection, failure: Failure, opId?: string): void {
    connection.strikes++;
    this.#room.hub.refuse(connection, failure, opId);
    if (connection.strikes >= STRIKES_MAX) {
      this.#room.hub.close(connection, "protocol_error", `${STRIKES_MAX} bad messages in a row`);
    }
  }

  /** A refusal; one that concerns the connection as a whole ends it. */
  #refuse(connection: Connection, failure: Failure, opId?: string): void {
    this.#room.hub.refuse(connection, failure, opId);
    if (errorKind(failure.code).close === undefined) return;
    this.#room.hub.close(connection, failure.code, failure.message);
  }

  #dispatch(connection: Connection, message: ClientMessage, now: number): void {
    const author = connection.access.claims?.sub;
    switch (message.type) {
      case "update": {
        const { opId, baseVersion, deltaB64 } = message;
        const actorId = author ?? message.actorId ?? connection.actorId;
        const operation = appendUpdate({ baseVersion, actorId, deltaB64 });
        this.#submit(connection, operation, opId, () => ({}), 2 * deltaB64.length);
        return;
      }
      case "annotation.create": {
        const operation = createAnnotation(message.annotation, author);
        this.#submit(connection, operation, message.opId, ({ annotation }) => ({ annotation }));
        return;
      }
      case "annotation.update": {
        const operation = updateAnnotation(message.id, message.version, message.patch);
        this.#submit(connection, operation, message.opId, (annotation) => ({ annotation }));
        return;
      }
      case "annotation.delete": {
        const operation = deleteAnnotation(message.id, message.version);
        this.#submit(connection, operation, message.opId, (annotation) => ({ annotation }));
        return;
      }
      case "annotation.batch": {
        const operation = applyBatch(message.operations, author);
        this.#submit(connection, operation, message.opId, ({ annotations }) => ({ annotations }));
        return;
      }
      case "snapshot":
        this.#takeSnapshot(connection, message);
        return;
      case "presence":
        this.#room.presence.show(connection, message.state, now);
        return;
      case "received":
        connection.delivery.received(message.seq, this.#room.store.head);
        return;
    }
  }

  #submit<T>(
    connection: Connection,
    operation: Operation<T>,
    opId: string,
    answer: (result: T) => { annotation?: Annotation; annotations?: Annotation[] },
    bytes = 2_000,
  ): void {
    this.#room.submit(connection.access, operation, { opId, origin: connection, bytes }, (outcome) => {
      if (!outcome.ok) {
        this.#refuse(connection, outcome.error, opId);
        return;
      }
      const { seq, duplicate, result } = outcome.value;
      this.#room.hub.send(connection, {
        type: "ack",
        opId,
        seq,
        ...(duplicate && { duplicate: true as const }),
        ...answer(result),
      });
    });
  }

  #takeSnapshot(connection: Connection, message: Extract<ClientMessage, { type: "snapshot" }>): void {
    const { hub, committer, snapshots } = this.#room;
    const actorId = connection.access.claims?.sub ?? connection.actorId;
    committer.submit(
      ({ now }) => {
        const accepted = this.#room.checkActive(connection.access, "editor");
        if (!accepted.ok) return accepted;
        const version = snapshots.accept(message, actorId, now);
        if (!version.ok) return version;
        return ok({ result: version.value, seq: version.value, duplicate: false, entries: [] });
      },
      (outcome) => {
        if (outcome.ok) hub.send(connection, { type: "snapshot_ack", version: outcome.value.result });
        else this.#refuse(connection, outcome.error);
      },
      connection,
      Snapshots.sizeOf(message),
    );
  }
}

function sizeOf(frame: string | ArrayBuffer): number {
  if (typeof frame !== "string") return frame.byteLength;
  // A UTF-16 unit takes one to three bytes: only a long text needs counting.
  return frame.length * 3 <= FRAME_MAX_BYTES ? frame.length : utf8Length(frame);
}

function tooLarge() {
  return fail("too_large", `The frame is larger than ${FRAME_MAX_BYTES} bytes`);
}

/** The messages of a frame: one, or an array of them. */
function parseFrame(frame: string | ArrayBuffer): Result<unknown[]> {
  if (typeof frame !== "string") {
    return fail(
      "protocol_error",
      "The protocol is JSON text; binary frames are not taken: send bytes as base64",
    );
  }
  const parsed = parseJson(frame);
  if (!parsed.ok) return parsed;
  if (!Array.isArray(parsed.value)) return ok([parsed.value]);
  if (parsed.value.length > FRAME_MESSAGES_MAX) {
    return fail(
      "too_large",
      `A frame holds at most ${FRAME_MESSAGES_MAX} messages, this one ${parsed.value.length}`,
    );
  }
  return ok<unknown[]>(parsed.value);
}

function parseMessage(input: unknown): Result<ClientMessage> {
  if (typeof input === "object" && input !== null && isPlainUpdate(input)) return ok(input);
  const type = member(input, "type");
  if (typeof type !== "string") return fail("protocol_error", "A message is an object with a type");
  const schema = clientMessageSchemas.get(type);
  if (!schema) return fail("unknown_type", `There is no message type ${JSON.stringify(type.slice(0, 64))}`);
  return parseInput(schema, input);
}

/** So that even a message that can't be read is answered for its operation. */
function opIdOf(input: unknown): string | undefined {
  const opId = member(input, "opId");
  return typeof opId === "string" ? opId.slice(0, 128) : undefined;
}

function member(input: unknown, name: string): unknown {
  return typeof input === "object" && input !== null && Object.hasOwn(input, name)
    ? (input as Record<string, unknown>)[name]
    : undefined;
}

function roleOf(message: ClientMessage): Role {
  return message.type === "presence" || message.type === "received" ? "viewer" : "editor";
}
