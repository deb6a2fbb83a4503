import { DurableObject } from "cloudflare:workers";

interface Env {
  LOGS: DurableObjectNamespace<Log>;
}

/** Acetate's update; nothing of it is checked. */
interface Update {
  opId: string;
  deltaB64: string;
}

/**
 * A log that does nothing but order, store and relay. What arrives while a commit is under way goes into the next one:
 * one transaction, and one frame a socket. No dedupe, no checks, no history, no snapshots.
 */
export class Log extends DurableObject<Env> {
  #head = 0;
  #waiting: { socket: WebSocket; update: Update }[] = [];
  #committing = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, delta BLOB NOT NULL)");
    const [last] = ctx.storage.sql.exec<{ head: number }>("SELECT IFNULL(MAX(seq), 0) AS head FROM log");
    this.#head = last?.head ?? 0;
  }

  override async fetch(): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    server.send(JSON.stringify({ type: "state", version: this.#head }));
    const headers = { "sec-websocket-protocol": "acetate.v1.batch" };
    return new Response(null, { status: 101, webSocket: client, headers });
  }

  override async webSocketMessage(socket: WebSocket, frame: string): Promise<void> {
    this.#waiting.push({ socket, update: JSON.parse(frame) as Update });
    if (this.#committing) return;
    this.#committing = true;
    while (this.#waiting.length > 0) {
      this.#commit();
      await scheduler.wait(0);
    }
    this.#committing = false;
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    socket.close();
  }

  /** The frames leave once the transaction is durable: the runtime holds them until then. */
  #commit(): void {
    const group = this.#waiting;
    this.#waiting = [];
    const relayed: string[] = [];
    const acks = new Map<WebSocket, string[]>();
    this.ctx.storage.transactionSync(() => {
      for (const { socket, update } of group) {
        const seq = ++this.#head;
        const delta = Uint8Array.fromBase64(update.deltaB64);
        this.ctx.storage.sql.exec("INSERT INTO log (seq, delta) VALUES (?, ?)", seq, delta);
        relayed.push(JSON.stringify({ type: "remote_update", seq, deltaB64: update.deltaB64 }));
        const own = acks.get(socket) ?? [];
        acks.set(socket, own);
        own.push(JSON.stringify({ type: "ack", opId: update.opId, seq }));
      }
    });
    const frame = `[${relayed.join(",")}]`;
    for (const socket of this.ctx.getWebSockets()) {
      const own = acks.get(socket);
      // There is one sender: nobody else's updates are in its group.
      socket.send(own ? `[${own.join(",")}]` : frame);
    }
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (request.headers.get("upgrade") !== "websocket")
      return new Response("A WebSocket, please", { status: 426 });
    return env.LOGS.getByName(new URL(request.url).pathname).fetch(request);
  },
};
