import { AcetateError } from "./acetate-error.ts";
import type { TokenSource } from "./token-source.ts";

export interface ServiceOptions {
  /** Who makes the changes where there is no token. */
  name?: string | undefined;
  /** In place of the global one: for a service binding of a Worker, or for a test. */
  fetch?: typeof fetch | undefined;
  /** How often a request is sent at most. 5 by default; 1: its first failure is told. */
  tries?: number | undefined;
}

/** Where the service is, and who asks. */
export class Service {
  readonly tokens: TokenSource;
  readonly options: ServiceOptions;
  readonly #base: string;

  constructor(url: string | URL, tokens: TokenSource, options: ServiceOptions = {}) {
    const { origin, pathname } = toAbsolute(url);
    this.#base = origin + pathname.replace(/\/$/, "");
    this.tokens = tokens;
    this.options = options;
  }

  /** The address of a path, with the members of `query` that are set. */
  address(path: string, query: object = {}): string {
    const address = new URL(this.#base + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) address.searchParams.set(name, String(value));
    }
    return address.href;
  }
}

/** In a page, an address may be relative. */
function toAbsolute(url: string | URL): URL {
  const { location } = globalThis as { location?: Location };
  try {
    return new URL(url, location?.href);
  } catch (error) {
    throw new AcetateError("invalid", `This is no address of a service: ${String(url)}`, { cause: error });
  }
}
