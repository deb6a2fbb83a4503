import { type ClientMessage, clientMessageSchemas } from "../../protocol/wire/up.ts";
import { type Failure, type Result, fail, ok } from "../../protocol/errors.ts";
import { parseInput } from "../../input/parse-input.ts";
import { BATCH_BODY_MAX_BYTES, FRAME_MESSAGES_MAX } from "../../protocol/limits.ts";
import { parseJson } from "../../input/parse-json.ts";
import { isPlainUpdate } from "./plain-update.ts";
import { utf8Length } from "../../protocol/model/scalars.ts";

export function sizeOf(frame: string | ArrayBuffer): number {
  if (typeof frame !== "string") return frame.byteLength;
  // A UTF-16 unit takes one to three bytes. Only a text that may reach a limit has to be counted exactly.
  return frame.length * 3 <= BATCH_BODY_MAX_BYTES ? frame.length : utf8Length(frame);
}

/** The messages of a frame: one, or an array of them. */
export function parseFrame(frame: string | ArrayBuffer): Result<unknown[]> {
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

/** @param bytes the message's size; null: it shares its frame with others */
export function parseMessage(input: unknown, bytes: number | null): Result<ClientMessage> {
  if (typeof input === "object" && input !== null && isPlainUpdate(input)) return ok(input);
  const type = member(input, "type");
  if (typeof type !== "string") return fail("protocol_error", "A message is an object with a type");
  const schema = clientMessageSchemas.get(type);
  if (!schema) return fail("unknown_type", `There is no message type ${JSON.stringify(type.slice(0, 64))}`);
  if (type === "annotation.batch") {
    const size = bytes ?? utf8Length(JSON.stringify(input));
    if (size > BATCH_BODY_MAX_BYTES) return refuseBatch(size);
  }
  return parseInput(schema, input);
}

function refuseBatch(size: number): { ok: false; error: Failure } {
  const message = `a batch is at most ${BATCH_BODY_MAX_BYTES} bytes of JSON, this one has ${size}: split it`;
  return fail("too_large", `operations: ${message}`, { errors: [{ path: "operations", message }] });
}

/** The opId of a message that may be invalid, so that its error can name it. */
export function opIdOf(input: unknown): string | undefined {
  const opId = member(input, "opId");
  return typeof opId === "string" ? opId.slice(0, 128) : undefined;
}

function member(input: unknown, name: string): unknown {
  return typeof input === "object" && input !== null && Object.hasOwn(input, name)
    ? (input as Record<string, unknown>)[name]
    : undefined;
}
