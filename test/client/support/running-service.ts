import { sign } from "hono/jwt";
import type { Claims } from "../../../src/protocol/model/token.ts";
import { makeStateFolder, Service } from "../../e2e/support/service.ts";

const SECRET = "a secret of the client's tests, longer than thirty-two characters";

/** The real service, as `npm start` runs it, with tokens. */
export class RunningService {
  readonly url: URL;
  readonly #service: Service;
  readonly #removeState: () => Promise<void>;

  private constructor(service: Service, removeState: () => Promise<void>) {
    this.url = service.url;
    this.#service = service;
    this.#removeState = removeState;
  }

  static async start(variables: Record<string, string> = {}): Promise<RunningService> {
    const state = await makeStateFolder();
    const args = Object.entries({ AUTH_SECRET: SECRET, ...variables }).flatMap(([name, value]) => [
      "--var",
      `${name}:${value}`,
    ]);
    const service = await Service.start({ command: "start", databaseUrl: state.url, args });
    return new RunningService(service, state.remove);
  }

  async stop(): Promise<void> {
    await this.#service.stop();
    await this.#removeState();
  }
}

/** A token that is good for an hour and for everything, unless said otherwise. */
export async function makeToken(claims: Partial<Claims> = {}): Promise<string> {
  const iat = Date.now() / 1000;
  return sign({ sub: "ana", role: "admin", doc: "*", iat, exp: iat + 3600, ...claims }, SECRET, "HS256");
}
