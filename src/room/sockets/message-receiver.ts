import type { Permission } from "../../protocol/model/token.ts";
import type { ServerMessage } from "../../protocol/wire/down.ts";
import type { ClientMessage } from "../../protocol/wire/up.ts";
import { type Failure, errorKind, fail } from "../../protocol/errors.ts";
import { FRAME_MAX_BYTES, RATE_REFUSALS_MAX, STRIKES_MAX } from "../../protocol/limits.ts";
import type { Connection } from "./connection.ts";
import {
  applyBatch,
  createAnnotation,
  deleteAnnotation,
  restoreAnnotation,
  updateAnnotation,
} from "../decide/annotations.ts";
import { createComment, deleteComment, updateComment } from "../decide/comments.ts";
import type { Command } from "../decide/command.ts";
import { appendUpdate } from "../decide/append-update.ts";
import { setLabels } from "../decide/labels.ts";
import { opIdOf, parseFrame, parseMessage, sizeOf } from "./parse-frame.ts";
import type { Room } from "../room.ts";
import { takeSnapshot } from "../decide/take-snapshot.ts";

type AckMessage = Extract<ServerMessage, { type: "ack" }>;

/** A client that pauses this long after it was refused for being too fast has slowed down. */
const RATE_PAUSE_MS = 1_000;

/** Takes what arrives over sockets. It is parsed once, here, and becomes the same commands as REST's (I5). */
export class MessageReceiver {
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  receive(connection: Connection, frame: string | ArrayBuffer): void {
    this.#room.hub.isolate(connection, () => this.#receive(connection, frame, Date.now()));
  }

  #receive(connection: Connection, frame: string | ArrayBuffer, now: number): void {
    connection.markSeen(now);
    connection.delivery.heard();
    this.#room.joins.stateArrived(connection);
    const frameBytes = sizeOf(frame);
    if (frameBytes > FRAME_MAX_BYTES) {
      this.#room.hub.refuse(connection, tooLarge().error);
      this.#room.hub.close(connection, "too_large", `A frame is at most ${FRAME_MAX_BYTES} bytes`);
      return;
    }
    const wait = connection.byteRate.take(frameBytes, now);
    if (wait > 0) {
      this.#slowDown(connection, wait, now);
      return;
    }
    const messages = parseFrame(frame);
    if (!messages.ok) {
      this.#strike(connection, messages.error);
      return;
    }
    const alone = messages.value.length === 1;
    for (const message of messages.value) {
      try {
        this.#receiveOne(connection, message, alone ? frameBytes : null, now);
      } catch (error) {
        this.#reportFailure(connection, message, error);
      }
    }
  }

  /** Something went wrong here. The messages after this one in the frame are still handled (R13). */
  #reportFailure(connection: Connection, message: unknown, error: unknown): void {
    // eslint-disable-next-line no-console -- the platform's log
    console.error("A message could not be handled:", error);
    const failure = fail("internal", "Something went wrong here: send it again");
    this.#room.hub.refuse(connection, failure.error, opIdOf(message));
  }

  /** @param bytes the message's size; null: it shares its frame with others */
  #receiveOne(connection: Connection, input: unknown, bytes: number | null, now: number): void {
    if (!this.#room.hub.has(connection)) return;
    const opId = opIdOf(input);
    const wait = connection.messageRate.take(1, now);
    if (wait > 0) {
      this.#slowDown(connection, wait, now, opId);
      return;
    }
    const message = parseMessage(input, bytes);
    if (!message.ok) {
      this.#strike(connection, message.error, opId);
      return;
    }
    connection.strikes = 0;
    const allowed = this.#room.check(connection.access, roleOf(message.value));
    if (allowed.ok) this.#dispatch(connection, message.value, now);
    else this.#refuse(connection, allowed.error, opId);
  }

  /**
   * Too fast: the message has no effect, and the client is told how long to wait. One that does not is disconnected.
   */
  #slowDown(connection: Connection, retryAfterMs: number, now: number, opId?: string): void {
    const message = `Too fast: wait ${retryAfterMs} ms`;
    this.#room.hub.refuse(connection, fail("rate_limited", message, { retryAfterMs }).error, opId);
    const { count, at } = connection.rateRefusals;
    connection.rateRefusals = { count: now - at > RATE_PAUSE_MS ? 1 : count + 1, at: now };
    if (connection.rateRefusals.count > RATE_REFUSALS_MAX)
      this.#room.hub.close(connection, "rate_limited", message);
  }

  /** Not a message of the protocol: the client gets an error, and after many of them it is disconnected. */
  #strike(connection: Connection, failure: Failure, opId?: string): void {
    connection.strikes++;
    this.#room.hub.refuse(connection, failure, opId);
    if (connection.strikes >= STRIKES_MAX) {
      this.#room.hub.close(connection, "protocol_error", `${STRIKES_MAX} bad messages in a row`);
    }
  }

  /** Refuses a message. If the reason concerns the connection as a whole, it ends. */
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
        const command = appendUpdate({ baseVersion, actorId, deltaB64 });
        this.#perform(connection, command, opId, () => ({}));
        return;
      }
      case "annotation.create": {
        const command = createAnnotation(message.annotation, author);
        this.#perform(connection, command, message.opId, ({ value }) => ({ annotation: value }));
        return;
      }
      case "annotation.update": {
        const command = updateAnnotation(message.id, message.version, message.patch);
        this.#perform(connection, command, message.opId, (annotation) => ({ annotation }));
        return;
      }
      case "annotation.delete": {
        const command = deleteAnnotation(message.id, message.version);
        this.#perform(connection, command, message.opId, (annotation) => ({ annotation }));
        return;
      }
      case "annotation.restore": {
        const command = restoreAnnotation(message.id, message.version);
        this.#perform(connection, command, message.opId, (annotation) => ({ annotation }));
        return;
      }
      case "annotation.batch": {
        const command = applyBatch(message.operations, author);
        this.#perform(connection, command, message.opId, ({ annotations }) => ({ annotations }));
        return;
      }
      case "comment.create": {
        const command = createComment(message.comment, connection.access);
        this.#perform(connection, command, message.opId, ({ value }) => ({ comment: value }));
        return;
      }
      case "comment.update": {
        const command = updateComment(message, message.patch, connection.access);
        this.#perform(connection, command, message.opId, (comment) => ({ comment }));
        return;
      }
      case "comment.delete": {
        const command = deleteComment(message, connection.access);
        this.#perform(connection, command, message.opId, (comment) => ({ comment }));
        return;
      }
      case "labels.set": {
        const { opId, labels, version } = message;
        this.#perform(connection, setLabels({ labels, version }), opId, (labelSet) => ({ labels: labelSet }));
        return;
      }
      case "snapshot":
        this.#takeSnapshot(connection, message);
        return;
      case "presence":
        if (connection.hidden) this.#refuse(connection, refuseHidden().error);
        else this.#room.presence.show(connection, JSON.stringify(message.state), now);
        return;
      case "broadcast":
        this.#broadcast(connection, message.payload, now);
        return;
      case "received":
        connection.delivery.received(message.seq, this.#room.store.head);
        return;
    }
  }

  #perform<T>(
    connection: Connection,
    command: Command<T>,
    opId: string,
    answer: (result: T) => Pick<AckMessage, "annotation" | "annotations" | "comment" | "labels">,
  ): void {
    const write = this.#room.toWrite(connection.access, command, { opId, origin: connection });
    this.#room.write(write, (outcome) => {
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

  #broadcast(connection: Connection, payload: Record<string, unknown>, now: number): void {
    const wait = connection.broadcastRate.take(1, now);
    if (wait > 0) {
      this.#slowDown(connection, wait, now);
      return;
    }
    const { id: connectionId, actorId } = connection;
    this.#room.hub.broadcastPassing({ type: "broadcast", connectionId, actorId, payload }, connection);
  }

  #takeSnapshot(connection: Connection, message: Extract<ClientMessage, { type: "snapshot" }>): void {
    const { hub } = this.#room;
    this.#room.write(takeSnapshot(this.#room, connection, message), (outcome) => {
      if (outcome.ok) hub.send(connection, { type: "snapshot_ack", version: outcome.value.result });
      else this.#refuse(connection, outcome.error);
    });
  }
}

/** What a viewer may send: nothing that changes the document. */
const viewerMessages: ReadonlySet<ClientMessage["type"]> = new Set(["presence", "broadcast", "received"]);

function roleOf({ type }: ClientMessage): Permission {
  if (type.startsWith("comment.")) return "comment";
  return viewerMessages.has(type) ? "viewer" : "editor";
}

function tooLarge() {
  return fail("too_large", `The frame is larger than ${FRAME_MAX_BYTES} bytes`);
}

function refuseHidden(): { ok: false; error: Failure } {
  const message = "this connection asked to be hidden: connect without ?presence=hidden to show something";
  return fail("invalid", `state: ${message}`, { errors: [{ path: "state", message }] });
}
