import { createClient, type Client } from "../client/rest/create-client.ts";
import { newId } from "../client/new-id.ts";
import { readClaims } from "../annotator/editor/access.ts";
import { Keep } from "../annotator/editor/keep.ts";
import { TOKEN_MAX_SECONDS } from "../protocol/limits.ts";

/** Seconds that a token for sockets and files may live. */
const SHORT_SECONDS = 900;

/** What the browser keeps of this person. */
const keep = new Keep(() => localStorage);
const NAME = "acetate:name";
const ACTOR = "acetate:actor";

/** The name that others see. null: none was given. */
export function readName(): string | null {
  return keep.read(NAME);
}

export function writeName(name: string): void {
  keep.write(NAME, name);
}

/** Who this browser is where there are no tokens. */
export function readActorId(): string {
  const actorId = keep.read(ACTOR) ?? newId();
  keep.write(ACTOR, actorId);
  return actorId;
}

/**
 * Gives the short tokens that sockets take, for a page that was opened by a link. Many people may have the same link:
 * each browser gets a token with a subject of its own for it, once, and keeps it. A token with a name is no link's but
 * a person's, and is used as it is.
 *
 * @param link the token in the address
 */
export function createTokenSource(service: string, documentId: string, link: string): () => Promise<string> {
  const clientWith = (token: string): Client => createClient({ url: service, token });
  const claims = readClaims(link);
  const rights = {
    document_id: documentId,
    role: claims?.role ?? "viewer",
    comment: claims?.comment === true,
  };
  const key = `acetate:person:${documentId}:${claims?.sub ?? ""}:${claims?.iat ?? ""}`;

  const own = async (): Promise<string> => {
    if (claims?.name !== undefined) return link;
    const known = keep.read(key);
    if (known !== null && (readClaims(known)?.exp ?? 0) * 1_000 > Date.now()) return known;
    const { token } = await clientWith(link).tokens.mint({ ...rights, expires_in: TOKEN_MAX_SECONDS });
    keep.write(key, token);
    return token;
  };
  return async () => {
    const token = await own();
    const name = readClaims(token)?.name === undefined ? readName() : null;
    const short = await clientWith(token).tokens.mint({
      ...rights,
      self: true,
      expires_in: SHORT_SECONDS,
      ...(name !== null && { name }),
    });
    return short.token;
  };
}
