import * as z from "zod";

/** The `type` of a message. It tells which of the messages this is. */
export function messageType<T extends string>(type: T) {
  return z.literal(type).describe("The kind of message");
}
