import { z } from "zod";
import { claimsSchema } from "../../protocol/model/token.ts";
import type { Access } from "../access.ts";
import { BYTES_BURST, BYTES_PER_SECOND, MESSAGES_BURST, MESSAGES_PER_SECOND } from "../../protocol/limits.ts";
import type { PresenceEvent } from "../../protocol/wire/down.ts";
import { Delivery } from "./delivery.ts";
import { TokenBucket } from "./token-bucket.ts";

/**
 * What must survive hibernation of one socket. It is kept in the socket's attachment, which holds 16 KiB in the
 * runtime's own encoding. A text takes at most two bytes a character there: presence 8 KiB, all else less than 4 KiB.
 */
const attachmentSchema = z.object({
  id: z.string(),
  actorId: z.string(),
  name: z.string().nullable(),
  claims: claimsSchema.nullable(),
  /** Takes arrays of messages in one frame. */
  batch: z.boolean(),
  /** Asked never to be shown: a bot, a recorder. */
  hidden: z.boolean(),
  /**
   * What it shows of itself, as JSON text; null: it is not shown. A value could take far more room in the
   * attachment than its JSON: -0 takes 9 bytes.
   */
  presence: z.string().nullable(),
  /** When something was last heard of it, in ms: kept up to date only while it is present. */
  seenAt: z.number(),
  /** It has not got its state yet, and hears nothing until it has; null: it is in. `enters`: it has never been in. */
  joining: z.object({ since: z.number().nullable(), enters: z.boolean() }).nullable(),
});
type Attachment = z.infer<typeof attachmentSchema>;

/** How far the attachment's `seenAt` may lag behind: far less than any timeout, more than a burst of messages. */
const SEEN_LAG_MS = 5_000;

/** One socket of the room. */
export class Connection {
  readonly socket: WebSocket;
  readonly id: string;
  readonly actorId: string;
  readonly name: string | null;
  readonly access: Access;
  readonly batch: boolean;
  readonly hidden: boolean;
  /** The number of the last change of anyone's presence that its state holds. */
  presenceKnown = 0;
  /** Messages waiting for the end of the flush, as JSON. */
  outgoing: string[] = [];
  /** Pages of its state are being sent: everything else that has an order waits in `outgoing`. */
  held = false;
  readonly delivery = new Delivery();
  readonly messageRate = new TokenBucket(MESSAGES_BURST, MESSAGES_PER_SECOND, Date.now());
  readonly byteRate = new TokenBucket(BYTES_BURST, BYTES_PER_SECOND, Date.now());
  /** Messages refused for being too fast, without a pause between them, and when the last one was. */
  rateRefusals = { count: 0, at: 0 };
  /** Frames in a row that were not of the protocol. */
  strikes = 0;
  #seenAt: number;
  /** As it was last written: field and attachment change together, or neither does. */
  #attachment: Attachment;
  /** Who it is, as members of a JSON object: made when it is first needed. */
  #who: string | null = null;

  private constructor(socket: WebSocket, attachment: Attachment) {
    this.socket = socket;
    this.id = attachment.id;
    this.actorId = attachment.actorId;
    this.name = attachment.name;
    this.access = { claims: attachment.claims };
    this.batch = attachment.batch;
    this.hidden = attachment.hidden;
    this.#seenAt = attachment.seenAt;
    this.#attachment = attachment;
  }

  static open(socket: WebSocket, attachment: Attachment): Connection {
    const connection = new Connection(socket, attachment);
    connection.#save({});
    return connection;
  }

  /** A socket that outlived its object's memory. null: its attachment can't be read. */
  static wake(socket: WebSocket): Connection | null {
    const attachment = attachmentSchema.safeParse(socket.deserializeAttachment());
    return attachment.success ? new Connection(socket, attachment.data) : null;
  }

  /** When its token ends, in ms. */
  get expiresAt(): number {
    return this.access.claims ? this.access.claims.exp * 1000 : Infinity;
  }

  get joining(): Attachment["joining"] {
    return this.#attachment.joining;
  }
  set joining(joining: Attachment["joining"]) {
    this.#save({ joining });
  }

  /** It will find in its state to come what is told now. */
  get isWaiting(): boolean {
    return this.joining !== null && !this.held;
  }

  get presence(): string | null {
    return this.#attachment.presence;
  }
  set presence(presence: string | null) {
    this.#save({ presence });
  }

  /** When something was last heard of it, in ms. */
  get seenAt(): number {
    return this.#seenAt;
  }
  markSeen(now: number): void {
    this.#seenAt = Math.max(this.#seenAt, now);
    if (this.presence !== null && now - this.#attachment.seenAt >= SEEN_LAG_MS) this.#save({});
  }

  /** Its entry among those who are present, as JSON. */
  presenceEntry(state: string): string {
    return `{${this.#presenceMembers(state)}}`;
  }

  /** What others are told of it, as JSON. */
  presenceMessage(event: PresenceEvent["event"], state: string, reason?: PresenceEvent["reason"]): string {
    const why = reason === undefined ? "" : `,"reason":"${reason}"`;
    return `{"type":"presence","event":"${event}",${this.#presenceMembers(state)}${why}}`;
  }

  #presenceMembers(state: string): string {
    const { id: connectionId, actorId, name } = this;
    this.#who ??= JSON.stringify({ connectionId, actorId, name }).slice(1, -1);
    return `${this.#who},"state":${state}`;
  }

  /** We have ended it. The runtime keeps the socket until the client answers: it must not come back on waking up. */
  forget(): void {
    try {
      this.socket.serializeAttachment(null);
    } catch {
      // Closed already.
    }
  }

  #save(changes: Partial<Pick<Attachment, "presence" | "joining">>): void {
    const attachment = { ...this.#attachment, ...changes, seenAt: this.#seenAt };
    this.socket.serializeAttachment(attachment);
    this.#attachment = attachment;
  }
}
