import { z } from "zod";
import { type Access, claimsSchema } from "../protocol/access.ts";
import { BYTES_BURST, BYTES_PER_SECOND, MESSAGES_BURST, MESSAGES_PER_SECOND } from "../protocol/limits.ts";
import type { PresenceEntry } from "../protocol/server-messages.ts";
import { Delivery } from "./delivery.ts";
import { TokenBucket } from "./token-bucket.ts";

/**
 * What must survive hibernation of one socket, kept in its attachment (16 KiB): presence is the largest part, at most
 * 4 KiB.
 */
const attachmentSchema = z.object({
  id: z.string(),
  actorId: z.string(),
  name: z.string().nullable(),
  claims: claimsSchema.nullable(),
  /** Takes arrays of messages in one frame. */
  batch: z.boolean(),
  /** What it shows of itself; null: not present. */
  presence: z.record(z.string(), z.unknown()).nullable(),
  /** When something was last heard of it, in ms: kept up to date only while it is present. */
  seenAt: z.number(),
  /** It has not got its state yet, and hears nothing until it has; null: it is in. */
  joining: z.object({ since: z.number().nullable() }).nullable(),
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
  #presence: Record<string, unknown> | null;
  #seenAt: number;
  #savedSeenAt: number;
  #joining: Attachment["joining"];

  private constructor(socket: WebSocket, attachment: Attachment) {
    this.socket = socket;
    this.id = attachment.id;
    this.actorId = attachment.actorId;
    this.name = attachment.name;
    this.access = { claims: attachment.claims };
    this.batch = attachment.batch;
    this.#presence = attachment.presence;
    this.#seenAt = attachment.seenAt;
    this.#savedSeenAt = attachment.seenAt;
    this.#joining = attachment.joining;
  }

  static open(socket: WebSocket, attachment: Attachment): Connection {
    const connection = new Connection(socket, attachment);
    connection.#save();
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
    return this.#joining;
  }
  set joining(joining: Attachment["joining"]) {
    this.#joining = joining;
    this.#save();
  }

  /** It will find in its state to come what is told now. */
  get isWaiting(): boolean {
    return this.#joining !== null && !this.held;
  }

  get presence(): Record<string, unknown> | null {
    return this.#presence;
  }
  set presence(state: Record<string, unknown> | null) {
    this.#presence = state;
    this.#save();
  }

  /** When something was last heard of it, in ms. */
  get seenAt(): number {
    return this.#seenAt;
  }
  markSeen(now: number): void {
    this.#seenAt = Math.max(this.#seenAt, now);
    if (this.#presence !== null && now - this.#savedSeenAt >= SEEN_LAG_MS) this.#save();
  }

  presenceEntry(state: Record<string, unknown>): PresenceEntry {
    return { connectionId: this.id, actorId: this.actorId, name: this.name, state };
  }

  #save(): void {
    this.#savedSeenAt = this.#seenAt;
    this.socket.serializeAttachment({
      id: this.id,
      actorId: this.actorId,
      name: this.name,
      claims: this.access.claims,
      batch: this.batch,
      presence: this.#presence,
      seenAt: this.#seenAt,
      joining: this.#joining,
    } satisfies Attachment);
  }
}
