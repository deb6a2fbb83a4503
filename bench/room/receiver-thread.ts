import type { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { Needle } from "./needle.ts";
import { type Entrance, enterRoom, leaveRoom, textFrame } from "./raw-socket.ts";

/**
 * A thread full of receivers: counts what comes in, decodes none of it. Where neither times nor confirmations are asked
 * for, it even counts afterwards: what is spent on reading would be measured as the server's slowness.
 */

export interface ReceiverPlan {
  entrance: Entrance;
  count: number;
  updateMark: Uint8Array;
  /** A receiver is done when it has seen this. */
  endMark: Uint8Array;
  /** Note when each of so many updates arrived; 0: don't. */
  arrivals: number;
  /** Send Acetate's `received` after so many bytes; 0: never. */
  confirmEvery: number;
}

export interface Received {
  /** `process.hrtime` of the last receiver's last update, in ms. */
  finishedAt: number;
  /** Updates that came by themselves, by receiver. */
  counts: number[];
  /** When they came, in ms, by receiver. */
  arrivals: Float64Array[];
  bytes: number;
}

export type ReceiverReport =
  | { kind: "ready" }
  /** A server hung up before everything was there. */
  | { kind: "closed"; counts: number[] }
  | ({ kind: "done" } & Received);

/** How many handshakes are under way at once. */
const JOINING_AT_ONCE = 50;
/** The document's own creation is seq 1 (SPEC R1), so the n-th update is seq n + 1. */
const FIRST_SEQ = 1;

export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The last update ends what is sent: it is looked for at the end of what comes in, with so many bytes behind it. */
const BEHIND_END = 1024;

class Receiver {
  count = 0;
  bytes = 0;
  readonly arrivals: Float64Array;
  readonly socket: Socket;
  readonly #updates: Needle;
  readonly #end: Needle;
  readonly #confirmEvery: number;
  #unconfirmed = 0;
  /** Not yet counted. */
  readonly #chunks: Buffer[] = [];

  constructor(
    socket: Socket,
    { updateMark, endMark, arrivals, confirmEvery }: ReceiverPlan,
    done: () => void,
  ) {
    this.socket = socket;
    this.arrivals = new Float64Array(arrivals);
    this.#updates = new Needle(updateMark);
    this.#end = new Needle(endMark);
    this.#confirmEvery = confirmEvery;
    const countAtOnce = arrivals > 0 || confirmEvery > 0;
    socket.on("data", (chunk: Buffer) => {
      if (countAtOnce) this.#receive(chunk);
      else this.#chunks.push(chunk);
      if (this.#end.count(chunk.subarray(-endMark.length - BEHIND_END)) > 0) done();
    });
  }

  /** Counts what was only kept until now. */
  catchUp(): void {
    for (const chunk of this.#chunks.splice(0)) this.#receive(chunk);
  }

  #receive(chunk: Buffer): void {
    const found = this.#updates.count(chunk);
    if (this.arrivals.length > 0 && found > 0) this.arrivals.fill(now(), this.count, this.count + found);
    this.count += found;
    this.bytes += chunk.length;
    this.#unconfirmed += chunk.length;
    if (this.#confirmEvery === 0 || this.#unconfirmed < this.#confirmEvery) return;
    this.#unconfirmed = 0;
    this.socket.write(textFrame(JSON.stringify({ type: "received", seq: FIRST_SEQ + this.count })));
  }
}

async function run(plan: ReceiverPlan, report: (message: ReceiverReport) => void): Promise<void> {
  const receivers: Receiver[] = [];
  let left = plan.count;
  const countThem = () => {
    for (const receiver of receivers) receiver.catchUp();
    return receivers.map(({ count }) => count);
  };
  const done = () => {
    left--;
    if (left > 0) return;
    const finishedAt = now();
    const counts = countThem();
    const arrivals = receivers.map((receiver) => receiver.arrivals);
    const bytes = receivers.reduce((sum, receiver) => sum + receiver.bytes, 0);
    report({ kind: "done", finishedAt, counts, arrivals, bytes });
  };
  while (receivers.length < plan.count) {
    const next = Math.min(JOINING_AT_ONCE, plan.count - receivers.length);
    const sockets = await Promise.all(Array.from({ length: next }, () => enterRoom(plan.entrance)));
    receivers.push(...sockets.map((socket) => new Receiver(socket, plan, done)));
  }
  for (const { socket } of receivers) {
    socket.on("close", () => report({ kind: "closed", counts: countThem() }));
  }
  // Anything it is sent asks it to leave.
  parentPort?.once("message", () => {
    for (const { socket } of receivers) {
      socket.removeAllListeners();
      leaveRoom(socket);
    }
    parentPort?.close();
  });
  report({ kind: "ready" });
}

const port = parentPort;
if (port) await run(workerData as ReceiverPlan, (message) => port.postMessage(message));
