import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Received, ReceiverPlan, ReceiverReport } from "./receiver-thread.ts";

/** One core is the server's, and more than three threads never had anything to do. */
const THREADS = Math.max(1, Math.min(3, availableParallelism() - 1));

/** Receivers in one room, in threads of their own, so that they do not hold up the sender. */
export class Receivers {
  readonly #threads: Thread[];

  private constructor(threads: Thread[]) {
    this.#threads = threads;
  }

  /** Resolves when all of them are in the room. */
  static async open(plan: ReceiverPlan): Promise<Receivers> {
    const threads = Array.from({ length: Math.min(THREADS, plan.count) }, (_, index) => {
      const count = Math.floor(plan.count / THREADS) + (index < plan.count % THREADS ? 1 : 0);
      return new Thread({ ...plan, count });
    });
    await Promise.all(threads.map((thread) => thread.ready));
    return new Receivers(threads);
  }

  /** What they got, when the last of them has everything. Throws where that takes longer than `patience` ms. */
  async received(patience: number): Promise<Received> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new Error(`Not everything arrived within ${patience} ms`)),
      patience,
    );
    const parts = await Promise.race([late, Promise.all(this.#threads.map((thread) => thread.done))]);
    clearTimeout(timer);
    return {
      finishedAt: Math.max(...parts.map(({ finishedAt }) => finishedAt)),
      counts: parts.flatMap(({ counts }) => counts),
      arrivals: parts.flatMap(({ arrivals }) => arrivals),
      bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }
}

class Thread {
  readonly ready: Promise<void>;
  readonly done: Promise<Received>;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;

  constructor(plan: ReceiverPlan) {
    this.#worker = new Worker(new URL("receiver-thread.ts", import.meta.url), { workerData: plan });
    const ready = Promise.withResolvers<void>();
    const done = Promise.withResolvers<Received>();
    const ended = Promise.withResolvers<void>();
    const fail = (error: Error) => {
      ready.reject(error);
      done.reject(error);
    };
    this.#worker.on("message", (report: ReceiverReport) => {
      if (report.kind === "ready") ready.resolve();
      else if (report.kind === "done") done.resolve(report);
      else fail(new Error(`A receiver was hung up on; updates that came: ${report.counts.join(" ")}`));
    });
    this.#worker.once("error", fail);
    this.#worker.once("exit", () => ended.resolve());
    // Whoever waits for it hears of a failure; until then nobody does.
    done.promise.catch(() => {});
    this.ready = ready.promise;
    this.done = done.promise;
    this.#ended = ended.promise;
  }

  async end(): Promise<void> {
    this.#worker.postMessage("leave", []);
    await this.#ended;
  }
}
