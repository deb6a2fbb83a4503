import { isBase64 } from "../../protocol/model/base64.ts";
import type { UpdateMessage } from "../../protocol/wire/up.ts";
import { CLIENT_ID_MAX } from "../../protocol/limits.ts";

/** Deltas of typing and drawing are far shorter. For longer ones the schema's cost does not matter. */
const PLAIN_DELTA_LENGTH = 4_096;
/** Ids as nearly all clients make them. They can't hold surrogates or NULs, which the schema looks for. */
const PLAIN_ID = new RegExp(`^[\\x20-\\x7e]{1,${CLIENT_ID_MAX}}$`);

/**
 * A fast check for the most common message: whether a parsed message is a plain, valid `update`. zod can't compile
 * schemas in Workers, and would take a quarter of the time that an update costs. Every other message goes to the
 * schema. Nothing passes here that the schema would refuse or change; a property test checks that.
 */
export function isPlainUpdate(message: object): message is UpdateMessage {
  const { type, opId, baseVersion, actorId, deltaB64 } = message as Record<keyof UpdateMessage, unknown>;
  return (
    type === "update" &&
    typeof opId === "string" &&
    PLAIN_ID.test(opId) &&
    Number.isSafeInteger(baseVersion) &&
    (baseVersion as number) >= 0 &&
    typeof deltaB64 === "string" &&
    deltaB64.length > 0 &&
    deltaB64.length <= PLAIN_DELTA_LENGTH &&
    isBase64(deltaB64) &&
    (actorId === undefined || (typeof actorId === "string" && PLAIN_ID.test(actorId))) &&
    Object.keys(message).length === (actorId === undefined ? 4 : 5)
  );
}
