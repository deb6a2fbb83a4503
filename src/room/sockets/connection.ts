import * as z from "zod";
import { type Claims, claimsSchema, isAllowed } from "../../protocol/model/token.ts";
import type { Access } from "../access.ts";
import type { Known } from "../resume.ts";
import {
  BROADCASTS_BURST,
  BROADCASTS_PER_SECOND,
  BYTES_BURST,
  BYTES_PER_SECOND,
  MESSAGES_BURST,
  MESSAGES_PER_SECOND,
} from "../../protocol/limits.ts";
import type { PresenceEvent } from "../../protocol/wire/down.ts";
import type { PresenceRole } from "../../protocol/wire/presence.ts";
import { Delivery } from "./delivery.ts";
import { TokenBucket } from "./token-bucket.ts";

/**
 * What must survive hibernation. It is kept in the socket's attachment, which holds 16 KiB in the runtime's own
 * encoding. A text takes at most two bytes a character there: presence 8 KiB, everything else less than 4 KiB.
 */
const attachmentSchema = z.object({
  id: z.string(),
  actorId: z.string(),
  name: z.string().nullable(),
  claims: z.nullable(claimsSchema),
  /** It takes arrays of messages in one frame. */
  batch: z.boolean(),
  /** It asked never to be shown: a bot, a recorder. */
  hidden: z.boolean(),
  /**
   * What it shows of itself, as JSON; null: it is not shown. JSON, since some values take far more space in the
   * attachment: -0 takes 9 bytes.
   */
  presence: z.string().nullable(),
  /** When the client was last heard from, in ms. Kept up to date only while the connection is shown. */
  seenAt: z.number(),
  /** The life of the object that let it in; see `LineageStore`. */
  life: z.string(),
  /** It waits for its state; null: it is live. `enters`: it has never had one. */
  joining: z
    .object({
      known: z.object({ since: z.number(), lineage: z.string().optional() }).nullable(),
      enters: z.boolean(),
    })
    .nullable(),
});
type Attachment = z.infer<typeof attachmentSchema>;

/** How far the attachment's `seenAt` may lag behind: far less than any timeout, more than a burst of messages. */
const SEEN_LAG_MS = 5_000;

/** A connection gets its state first, then everything that happens from there on. */
export type ConnectionState =
  | {
      phase: "joining";
      /** null: it starts over. */
      known: Known | null;
      /** It has never had a state: to the others it is new. */
      isNew: boolean;
      /** The pages of its state are being sent. Everything else that has an order waits in `outgoing`. */
      isPaging: boolean;
    }
  | { phase: "live" };

const LIVE: ConnectionState = { phase: "live" };

/** One socket of the room. */
export class Connection {
  readonly socket: WebSocket;
  readonly id: string;
  readonly actorId: string;
  readonly name: string | null;
  readonly access: Access;
  readonly batch: boolean;
  readonly hidden: boolean;
  readonly life: string;
  /** The number of the last presence change that its state holds. */
  presenceKnown = 0;
  /** Messages of its own that wait to be sent, as JSON. */
  outgoing: string[] = [];
  readonly delivery = new Delivery();
  readonly messageRate = new TokenBucket(MESSAGES_BURST, MESSAGES_PER_SECOND, Date.now());
  readonly byteRate = new TokenBucket(BYTES_BURST, BYTES_PER_SECOND, Date.now());
  readonly broadcastRate = new TokenBucket(BROADCASTS_BURST, BROADCASTS_PER_SECOND, Date.now());
  /** How many messages in a row, without a pause, were refused for being too fast, and when the last one was. */
  rateRefusals = { count: 0, at: 0 };
  /** How many frames in a row were not of the protocol. */
  strikes = 0;
  #state: ConnectionState;
  #seenAt: number;
  /** As it was last written. Fields and attachment change together, or neither does. */
  #attachment: Attachment;
  /** Who it is, as members of a JSON object. Made when it is first needed. */
  #who: string | null = null;

  private constructor(socket: WebSocket, attachment: Attachment) {
    this.socket = socket;
    this.id = attachment.id;
    this.actorId = attachment.actorId;
    this.name = attachment.name;
    this.access = { claims: attachment.claims, name: attachment.name };
    this.batch = attachment.batch;
    this.hidden = attachment.hidden;
    this.life = attachment.life;
    this.#seenAt = attachment.seenAt;
    this.#attachment = attachment;
    const { joining } = attachment;
    this.#state = joining
      ? { phase: "joining", known: joining.known, isNew: joining.enters, isPaging: false }
      : LIVE;
  }

  static open(socket: WebSocket, attachment: Attachment): Connection {
    const connection = new Connection(socket, attachment);
    connection.#save({});
    return connection;
  }

  /** A socket that outlived its object's memory; null: its attachment can't be read. */
  static wake(socket: WebSocket): Connection | null {
    const attachment = attachmentSchema.safeParse(socket.deserializeAttachment());
    return attachment.success ? new Connection(socket, attachment.data) : null;
  }

  /** When its token ends, in ms. */
  get expiresAt(): number {
    return this.access.claims ? this.access.claims.exp * 1000 : Infinity;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** It hears nothing now: what is told will be in the state to come. */
  get isWaiting(): boolean {
    return this.#state.phase === "joining" && !this.#state.isPaging;
  }

  /** The pages of its state are being sent. */
  get isPaging(): boolean {
    return this.#state.phase === "joining" && this.#state.isPaging;
  }

  /** It has never had a state. */
  get isNew(): boolean {
    return this.#state.phase === "joining" && this.#state.isNew;
  }

  /** From now on it waits for a state. */
  join(known: Known | null): void {
    const { isNew } = this;
    this.#save({ joining: { known, enters: isNew } });
    this.#state = { phase: "joining", known, isNew, isPaging: false };
  }

  startPaging(): void {
    if (this.#state.phase === "joining") this.#state = { ...this.#state, isPaging: true };
  }

  goLive(): void {
    this.#save({ joining: null });
    this.#state = LIVE;
  }

  get presence(): string | null {
    return this.#attachment.presence;
  }
  set presence(presence: string | null) {
    this.#save({ presence });
  }

  /** When the client was last heard from, in ms. */
  get seenAt(): number {
    return this.#seenAt;
  }
  markSeen(now: number): void {
    this.#seenAt = Math.max(this.#seenAt, now);
    if (this.presence !== null && now - this.#attachment.seenAt >= SEEN_LAG_MS) this.#save({});
  }

  /** Its entry in the list of who is present, as JSON. */
  presenceEntry(state: string): string {
    return `{${this.#presenceMembers(state)}}`;
  }

  /** What the others are told about it, as JSON. */
  presenceMessage(event: PresenceEvent["event"], state: string, reason?: PresenceEvent["reason"]): string {
    const why = reason === undefined ? "" : `,"reason":"${reason}"`;
    return `{"type":"presence","event":"${event}",${this.#presenceMembers(state)}${why}}`;
  }

  #presenceMembers(state: string): string {
    const { id: connectionId, actorId, name } = this;
    const { claims } = this.access;
    const role = claims ? roleOf(claims) : undefined;
    this.#who ??= JSON.stringify({ connectionId, actorId, name, role }).slice(1, -1);
    return `${this.#who},"state":${state}`;
  }

  /** We ended it. The runtime keeps the socket until the client answers; it must not come back when the room wakes. */
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

/** What the others are told of what somebody may do. */
function roleOf(claims: Claims): PresenceRole {
  if (isAllowed(claims, "editor")) return "editor";
  return isAllowed(claims, "comment") ? "commenter" : "viewer";
}
