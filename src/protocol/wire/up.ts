import * as z from "zod/mini";
import { component } from "../describe.ts";
import {
  annotationBatchMessage,
  annotationCreateMessage,
  annotationDeleteMessage,
  annotationRestoreMessage,
  annotationUpdateMessage,
} from "./annotations.ts";
import { commentCreateMessage, commentDeleteMessage, commentUpdateMessage } from "./comments.ts";
import { labelsSetMessage } from "./labels.ts";
import { receivedMessage } from "./connection.ts";
import { broadcastMessage } from "./broadcast.ts";
import { presenceMessage } from "./presence.ts";
import { snapshotMessage } from "./snapshots.ts";
import { updateMessage } from "./updates.ts";

/*
 * A session, message by message. ↑ goes up to the server (this file), ↓ comes down from it (down.ts).
 *
 * 1. Connect to /ws/documents/{id}?actorId=ann&name=Ann. Every frame is JSON text: one message, or an array of them.
 * 2. ↓ state             The document, annotations, comments, CRDT content and who is here, as of `version`.
 *    ↓ state_page        Follows where a state is too large for one message, until one has `last: true`.
 * 3. ↑ update            A CRDT delta, with an `opId` of your choice and the seq it is based on.
 *    ↓ ack               It is durable and has a `seq`. Send it again after a lost answer: the `opId` makes that safe.
 *    ↑ annotation.*      Create, update, delete, restore, batch: answered with `ack`, too. An `error` changes nothing.
 *    ↑ comment.*         Create, update, delete: answered with `ack` or `error`, too.
 *    ↑ labels.set        The document's label set: answered with `ack`, too.
 * 4. ↓ remote_update     Someone else's delta. ↓ annotation.*, comment.*, document.*, labels.*, version.*: other changes.
 *                        Each seq comes exactly once, in order, as your own `ack` or as one of these.
 *    ↑ received          How far you have read. Send it now and then, so that the server knows you keep up.
 * 5. ↕ presence          Cursors and selections. They have no seq and are not kept.
 *    ↕ broadcast         What your application tells everyone who is here now: a laser pointer, a call to look here.
 * 6. ↓ snapshot_request  Please send your CRDT content, so that others need not replay every update.
 *    ↑ snapshot          ↓ snapshot_ack
 * 7. ↓ version.reverted  Someone went back to a version.
 *    ↓ reset             With `crdtChanged`, throw your CRDT document away: ↓ a fresh `state` follows.
 * 8. ↓ export.progress   How an export comes along. ↓ export.finished: it has ended.
 * 9. The connection breaks. Connect again with ?since=<highest seq you have seen>, and send again what has no `ack`.
 *    ↓ state             `resumed: true`: only what you missed. `resumed: false`: replace everything by what is in it.
 *
 * A bare `ping` is answered with a bare `pong`. docs/spec.md has the rules.
 */

/** Everything a client may send. */
export const clientMessageSchema = component(
  z.discriminatedUnion("type", [
    updateMessage,
    snapshotMessage,
    presenceMessage,
    broadcastMessage,
    annotationCreateMessage,
    annotationUpdateMessage,
    annotationDeleteMessage,
    annotationRestoreMessage,
    annotationBatchMessage,
    commentCreateMessage,
    commentUpdateMessage,
    commentDeleteMessage,
    labelsSetMessage,
    receivedMessage,
  ]),
  "ClientMessage",
  "Everything a client may send over the socket",
);

/** A message as the server has parsed it: defaults are filled in. */
export type ClientMessage = z.infer<typeof clientMessageSchema>;

/**
 * A message as a client writes it: fields with a default may be left out.
 *
 * @example
 * const message: ClientMessageDraft = {
 *   type: "annotation.create",
 *   opId: crypto.randomUUID(),
 *   annotation: { type: "point", geometry: { x: 10, y: 20 } },
 * };
 * socket.send(JSON.stringify(message));
 */
export type ClientMessageDraft = z.input<typeof clientMessageSchema>;

/** The schema of each type: whoever knows the type need not try the others. */
export const clientMessageSchemas: ReadonlyMap<string, z.ZodMiniType<ClientMessage>> = new Map(
  clientMessageSchema.def.options.flatMap((option) =>
    option.shape.type.def.values.map((type) => [type, option] as const),
  ),
);

export type { SnapshotMessage } from "./snapshots.ts";
export type { UpdateMessage } from "./updates.ts";
