import { isBase64 } from "../../protocol/model/base64.ts";
import type { UpdateMessage } from "../../protocol/wire/up.ts";
import { CLIENT_ID_MAX } from "../../protocol/limits.ts";

/** Deltas of typing and drawing are far shorter; a longer one costs more elsewhere. */
const PLAIN_DELTA_LENGTH = 4_096;
/** Ids as nearly all clients make them: what is in here needs no look at surrogates and NULs. */
const PLAIN_ID = new RegExp(`^[\\x20-\\x7e]{1,${CLIENT_ID_MAX}}$`);

/**
 * Whether a parsed message is an `update` that is right at first sight. In a room nearly every message is one, and zod, which may not
 * compile its schemas in Workers, takes a quarter of the time that an update costs. Whatever is not plain goes to the schema,
 * which has the last word: nothing is let through here that it would refuse or change, as a property test holds.
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
