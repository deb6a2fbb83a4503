import { cp, rm } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, inject } from "vitest";
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
      ...this.#options,
      args: [...(this.#options.args ?? []), ...args],
      databaseUrl: `sqlite://${this.#state}`,
    });
  }

  /** Ends all of its processes at once, as a power cut would. `start` brings it back at the same address. */
  async crash(): Promise<void> {
    await this.#service?.crash();
  }

  /** Keeps a copy of its state. Only while it does not run, so that the copy is of one moment. */
  async copyState(): Promise<void> {
    await rm(this.#copy, { recursive: true, force: true });
    await cp(this.#state, this.#copy, { recursive: true });
  }

  /** Puts the copy in the place of its state. Only while it does not run. */
  async giveBackState(): Promise<void> {
    await rm(this.#state, { recursive: true, force: true });
    await cp(this.#copy, this.#state, { recursive: true });
  }

  get #state(): string {
    return path.join(this.#folder?.path ?? "", "state");
  }

  get #copy(): string {
    return path.join(this.#folder?.path ?? "", "copy");
  }

  async remove(): Promise<void> {
    await this.#service?.stop();
    await this.#folder?.remove();
  }
}

/** What a test needs of a service that it only talks to. */
export interface ServiceAddress {
  readonly url: URL;
  readonly api: Api;
}

/** The service that all files of the run share (`shared-service.ts`). */
export function useSharedService(): ServiceAddress {
  const url = new URL(inject("sharedService"));
  return { url, api: new Api(url) };
}

/** The service with tokens that all files of the run share (`shared-token-service.ts`). */
export function useSharedTokenService(): Pick<ServiceAddress, "url"> {
  return { url: new URL(inject("sharedTokenService")) };
}

/** Runs a service of its own while the tests of this file run. */
export function useService(options: Omit<StartOptions, "databaseUrl"> = {}): TestService {
  const service = new TestService(options);
  beforeAll(() => service.start());
  afterAll(() => service.remove());
  return service;
}
