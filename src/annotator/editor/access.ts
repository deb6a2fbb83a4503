import type { Claims } from "../../protocol/model/token.ts";

/** What the holder of a token may do here. The service checks the same; this only decides what is offered. */
export interface Access {
  canEdit: boolean;
  canComment: boolean;
  /** May make links for others. */
  canShare: boolean;
}

/** Without a token the service runs for one machine, and everybody may do everything. */
const everything: Access = { canEdit: true, canComment: true, canShare: true };

/** What a token (JWT, RFC 7519) says. A token that can't be read allows nothing here; the service says why. */
export function readAccess(token: string | null): Access {
  if (token === null) return everything;
  const claims = readClaims(token);
  const canEdit = claims?.role === "editor" || claims?.role === "admin";
  return { canEdit, canComment: canEdit || claims?.comment === true, canShare: claims?.role === "admin" };
}

/** The claims of a token, not verified. null: it can't be read. */
export function readClaims(token: string): Partial<Claims> | null {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === "object" && claims !== null ? claims : null;
  } catch {
    return null;
  }
}
