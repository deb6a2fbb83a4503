import type { Person } from "../protocol/model/person.ts";
import { wrapError } from "./acetate-error.ts";
import { fromBase64 } from "./base64.ts";
import { settleWithin } from "./settle-within.ts";

/** A token, or a function that gets one. It is called again before the token expires, and when it is refused. */
export type TokenOption = string | (() => string | null | Promise<string | null>);

/** So long before its end a token is replaced: clocks differ, and requests take time. */
const MARGIN_MS = 30_000;
/** A token function that takes longer is taken for one that never answers. */
const PATIENCE_MS = 30_000;

interface Claims {
  sub?: unknown;
  name?: unknown;
  exp?: unknown;
}

/** Gets tokens from the application, and keeps each until shortly before it expires. */
export class TokenSource {
  readonly #option: TokenOption | undefined;
  /** The token, or the call that gets it. null: it is to be asked for. */
  #token: Promise<string | null> | null = null;
  #dueAt = Infinity;

  constructor(option: TokenOption | undefined) {
    this.#option = option;
  }

  /** Whether another token can be had. */
  get canRefresh(): boolean {
    return typeof this.#option === "function";
  }

  /** When the next token is due, in ms since the epoch. Infinity: never. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** null: there is none. Throws `AcetateError` with the code `token`. */
  get(): Promise<string | null> {
    if (this.#token === null || Date.now() >= this.#dueAt) {
      const token = this.#ask();
      this.#token = token;
      // The next call tries again.
      token.catch(() => {
        if (this.#token === token) this.#token = null;
      });
    }
    return this.#token;
  }

  /** The service refused the token: the next `get` asks for another. */
  forget(): void {
    if (this.canRefresh) this.#token = null;
  }

  async #ask(): Promise<string | null> {
    this.#dueAt = Infinity;
    let token: string | null;
    try {
      const given = typeof this.#option === "function" ? this.#option() : (this.#option ?? null);
      token = await settleWithin(given, PATIENCE_MS);
    } catch (error) {
      throw wrapError("token", "The application's token function failed", error);
    }
    if (this.canRefresh && token !== null) this.#dueAt = dueTime(claimsOf(token).exp);
    return token;
  }
}

/** Who a token speaks for (`sub`). null: it does not say so. */
export function subjectOf(token: string | null): string | null {
  const { sub } = token === null ? {} : claimsOf(token);
  return typeof sub === "string" ? sub : null;
}

/** Whom the service takes for the author of what is done with a token. null: the token does not say so. */
export function personOf(token: string | null): Person | null {
  const id = subjectOf(token);
  const { name } = token === null ? {} : claimsOf(token);
  return id === null ? null : { id, name: typeof name === "string" ? name : null };
}

/** When a token with this `exp` is to be replaced. */
function dueTime(exp: unknown): number {
  const left = typeof exp === "number" ? exp * 1000 - Date.now() : 0;
  // One that seems to have expired already comes from another clock: the service says when it has really.
  return left > 0 ? Date.now() + left - Math.min(MARGIN_MS, left / 2) : Infinity;
}

/** What a JWT claims (RFC 7519). Nothing is verified: the service does that. */
function claimsOf(token: string): Claims {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const claims: unknown = JSON.parse(new TextDecoder().decode(fromBase64(payload)));
    return Object(claims) as Claims;
  } catch {
    return {};
  }
}
