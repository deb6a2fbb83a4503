import * as z from "zod/mini";
import { describe } from "../describe.ts";

/** The `type` of a message. It tells which of the messages this is. */
export function messageType<T extends string>(type: T) {
  return describe(z.literal(type), "The kind of message");
}
