import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { seqSchema } from "../model/scalars.ts";
import { messageType } from "./message-type.ts";

/** How a client connects, and how it tells how far it has read. */

export const receivedMessage = component(
  z.strictObject({
    type: messageType("received"),
    seq: describe(seqSchema, "The highest seq that has been read"),
  }),
  "ReceivedMessage",
  "How far this client has read. It bounds what is sent ahead of it",
);
