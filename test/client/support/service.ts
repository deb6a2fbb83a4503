import { afterAll, beforeAll } from "vitest";
import { Api } from "../../e2e/support/api.ts";
import { makeStateFolder, Service, type StartOptions } from "../../e2e/support/service.ts";

/** A real service, as a person would run it, for the tests of a file. It keeps its state over restarts. */
export class TestService {
  readonly #options: Omit<StartOptions, "databaseUrl">;
  #folder: Awaited<ReturnType<typeof makeStateFolder>> | undefined;
  #service: Service | undefined;

  constructor(options: Omit<StartOptions, "databaseUrl">) {
    this.#options = options;
  }

  get url(): URL {
    if (!this.#service) throw new Error("the service does not run");
    return this.#service.url;
  }

  get api(): Api {
    return new Api(this.url);
  }

  async start(): Promise<void> {
    this.#folder ??= await makeStateFolder();
    const args = this.#service ? ["--port", this.#service.url.port] : [];
    this.#service = await Service.start({
      command: "serve",
      ...this.#options,
      args: [...(this.#options.args ?? []), ...args],
      databaseUrl: this.#folder.url,
    });
  }

  /** Ends all of its processes at once, as a power cut would. `start` brings it back at the same address. */
  async crash(): Promise<void> {
    await this.#service?.crash();
  }

  async remove(): Promise<void> {
    await this.#service?.stop();
    await this.#folder?.remove();
  }
}

/** Runs a service while the tests of this file run. */
export function useService(options: Omit<StartOptions, "databaseUrl"> = {}): TestService {
  const service = new TestService(options);
  beforeAll(() => service.start());
  afterAll(() => service.remove());
  return service;
}
