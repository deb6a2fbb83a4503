import { cp, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { offlineEnvironment } from "../../../tools/project.ts";
import { makeStateFolder, Service } from "../../e2e/support/service.ts";

/** The real service, which is killed, frozen, and given an older state. */
export class TorturedService {
  readonly #folder: Awaited<ReturnType<typeof makeStateFolder>>;
  #service: Service | null;

  private constructor(folder: Awaited<ReturnType<typeof makeStateFolder>>, service: Service) {
    this.#folder = folder;
    this.#service = service;
  }

  static async start(): Promise<TorturedService> {
    const folder = await makeStateFolder();
    return new TorturedService(folder, await startOn(path.join(folder.path, "state")));
  }

  /** Another one after each restart. */
  get url(): URL {
    if (!this.#service) throw new Error("The service does not run");
    return this.#service.url;
  }

  /** Ends all of its processes in the same moment. */
  async kill(): Promise<void> {
    const service = this.#service;
    this.#service = null;
    await service?.crash();
  }

  async restart(): Promise<void> {
    this.#service = await startOn(this.#state);
  }

  /** Keeps a copy of the state. Only of a service that is killed, so that the copy is of one moment. */
  async copyState(): Promise<void> {
    await rm(this.#copy, { recursive: true, force: true });
    await cp(this.#state, this.#copy, { recursive: true });
  }

  /** Puts the copy in the place of the state. */
  async rollBack(): Promise<void> {
    await rm(this.#state, { recursive: true, force: true });
    await cp(this.#copy, this.#state, { recursive: true });
  }

  /** Stops all of its processes for a while: their sockets stay open, and nobody answers. */
  async freeze(ms: number): Promise<void> {
    const processes = this.#service?.listProcesses() ?? [];
    for (const id of processes) process.kill(id, "SIGSTOP");
    await sleep(ms);
    for (const id of processes) process.kill(id, "SIGCONT");
  }

  async close(): Promise<void> {
    await this.kill();
    await this.#folder.remove();
  }

  get #state(): string {
    return path.join(this.#folder.path, "state");
  }

  get #copy(): string {
    return path.join(this.#folder.path, "copy");
  }
}

function startOn(state: string): Promise<Service> {
  const args = ["--state", state, "--var", "REQUESTS_PER_SECOND:1000000"];
  return Service.start({ databaseUrl: "", args, env: offlineEnvironment });
}
