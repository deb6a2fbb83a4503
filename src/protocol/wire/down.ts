import * as z from "zod/mini";
import { component } from "../describe.ts";
import { ackMessage, errorMessage } from "./answers.ts";
import { resetMessage } from "./documents.ts";
import { eventSchema } from "./events.ts";
import { exportFinishedMessage, exportProgressMessage } from "./exports.ts";
import { broadcastEventMessage } from "./broadcast.ts";
import { presenceEventMessage } from "./presence.ts";
import { snapshotAckMessage, snapshotRequestMessage } from "./snapshots.ts";
import { stateMessage, statePageMessage } from "./state.ts";
import { remoteUpdateMessage } from "./updates.ts";

/**
 * Everything the server may send. Resources in it have exactly their REST form. up.ts tells how a session goes.
 *
 * @example
 * socket.onmessage = ({ data }) => {
 *   const message: ServerMessage = serverMessageSchema.parse(JSON.parse(data));
 *   if (message.type === "ack") console.log(message.opId, message.seq);
 * };
 */
export const serverMessageSchema = component(
  z.discriminatedUnion("type", [
    stateMessage,
    statePageMessage,
    ackMessage,
    remoteUpdateMessage,
    // annotation.created, .updated, .deleted, .batch, comment.created, .updated, .deleted, document.updated, .deleted,
    // labels.updated, version.created, .reverted
    ...eventSchema.def.options,
    snapshotAckMessage,
    snapshotRequestMessage,
    presenceEventMessage,
    broadcastEventMessage,
    exportProgressMessage,
    exportFinishedMessage,
    resetMessage,
    errorMessage,
  ]),
  "ServerMessage",
  "Everything the server may send over the socket",
);
export type ServerMessage = z.infer<typeof serverMessageSchema>;

export { eventSchema, type Event } from "./events.ts";
export type { BroadcastEvent } from "./broadcast.ts";
export type { PresenceEntry, PresenceEvent } from "./presence.ts";
export type { StateMessage, StatePageMessage } from "./state.ts";
export type { StoredUpdate } from "./updates.ts";
