import type { Socket } from "node:net";
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { type Entrance, enterRoom, leaveRoom } from "./raw-socket.ts";
import { Needle } from "./needle.ts";
import { now } from "./receiver-thread.ts";

/** The one who sends, in this process's own thread. What it is answered is read and thrown away. */
export class Sender {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async open(entrance: Entrance): Promise<Sender> {
    const socket = await enterRoom(entrance);
    socket.on("error", () => {}).resume();
    return new Sender(socket);
  }

  /** Writes ready-made frames at once. */
  write(frames: Buffer): void {
    this.#socket.write(frames);
  }

  /** Writes `perSecond` frames a second, evenly. Returns when each of them was sent, in ms. */
  async pace(frames: Buffer[], perSecond: number): Promise<Float64Array> {
    const sentAt = new Float64Array(frames.length);
    const interval = 1000 / perSecond;
    const start = now();
    for (const [index, frame] of frames.entries()) {
      const due = start + index * interval;
      // Timers are late by up to 1 ms: the last of the wait is spent on turns of the event loop.
      if (due - now() > 2) await sleep(due - now() - 1);
      while (now() < due) await turn();
      sentAt[index] = now();
      this.#socket.write(frame);
    }
    return sentAt;
  }

  /** Writes a frame, and waits for an answer that holds `answer`. */
  async ask(frame: Buffer, answer: Buffer, patience: number): Promise<void> {
    const needle = new Needle(answer);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => reject(new Error(`No ${answer.toString()} within ${patience} ms`)),
      patience,
    );
    const look = (chunk: Buffer) => {
      if (needle.count(chunk) > 0) resolve();
    };
    this.#socket.on("data", look).write(frame);
    await promise;
    this.#socket.off("data", look);
    clearTimeout(timer);
  }

  close(): void {
    leaveRoom(this.#socket);
  }
}
