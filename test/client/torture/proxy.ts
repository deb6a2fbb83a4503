import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** How a network treats what goes through it. */
export interface Weather {
  /** Each piece comes so much later. */
  delayMs: number;
  /** The largest piece that goes through at once. */
  pieceBytes: number;
}

const FINE: Weather = { delayMs: 0, pieceBytes: Infinity };

/** A TCP proxy between one client and the service: a network that may be slow, cut, or dead. */
export class Proxy {
  #target: URL;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #weather = FINE;
  /** Bytes that still go through, in both directions together, before everything is cut. */
  #bytesUntilCut = Infinity;
  #isOpen = true;
  /** Resolves when what stands still may go on. */
  #standstill: PromiseWithResolvers<void> | null = null;

  private constructor(target: URL, server: Server) {
    this.#target = target;
    this.#server = server;
    server.on("connection", (socket) => this.#accept(socket));
  }

  static async start(target: URL): Promise<Proxy> {
    const server = createServer({ allowHalfOpen: false }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Proxy(target, server);
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  /** Where new connections lead. */
  set target(target: URL) {
    this.#target = target;
  }

  set weather(weather: Partial<Weather>) {
    this.#weather = { ...FINE, ...weather };
  }

  /** Ends every connection, without a word. */
  cut(): void {
    this.#bytesUntilCut = Infinity;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends every connection after so many more bytes: most likely in the middle of a frame. */
  cutAfter(bytes: number): void {
    this.#bytesUntilCut = bytes;
  }

  /** Nothing goes through, and nobody is told. */
  standStill(): void {
    this.#standstill ??= Promise.withResolvers();
  }

  goOn(): void {
    this.#standstill?.resolve();
    this.#standstill = null;
  }

  /** Refuses new connections, and ends those that there are. */
  shut(): void {
    this.#isOpen = false;
    this.cut();
  }

  open(): void {
    this.#isOpen = true;
  }

  async close(): Promise<void> {
    this.goOn();
    this.shut();
    this.#server.close();
    await once(this.#server, "close");
  }

  #accept(client: Socket): void {
    if (!this.#isOpen) {
      client.destroy();
      return;
    }
    const server = connect(Number(this.#target.port), this.#target.hostname);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      void this.#carry(socket, other);
    }
  }

  async #carry(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const chunk of from) {
        for (let rest = chunk as Buffer; rest.length > 0;) {
          const piece = rest.subarray(0, Math.min(this.#weather.pieceBytes, this.#bytesUntilCut));
          rest = rest.subarray(piece.length);
          if (this.#weather.delayMs > 0) await sleep(this.#weather.delayMs);
          await this.#standstill?.promise;
          if (!to.write(piece)) await once(to, "drain");
          this.#bytesUntilCut -= piece.length;
          if (this.#bytesUntilCut <= 0) this.cut();
        }
      }
      to.end();
    } catch {
      // One of the two is gone; their `close` ends the other.
      from.destroy();
    }
  }
}
