import { once } from "node:events";
import http from "node:http";
import { buffer } from "node:stream/consumers";

/** What becomes of a request. */
export type Fault =
  /** It is answered. */
  | "pass"
  /** The service does what is asked; its answer is lost. */
  | "lose the answer"
  /** The same, with half of the answer's body on its way already. */
  | "cut the answer"
  /** Its answer comes after that. */
  | { hold: Promise<unknown> }
  /** The request does not arrive. */
  | "lose the request"
  /** The request arrives nowhere, and nothing comes back. */
  | "say nothing"
  /** Something in between answers. */
  | Answer
  | ((path: string) => Answer);

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A request as it came, whatever became of it. */
export interface SeenRequest {
  method: string;
  path: string;
  headers: http.IncomingHttpHeaders;
}

/** An HTTP proxy that has a fault when it is told to. */
export class FaultyProxy {
  readonly url: URL;
  /** Of the next requests, in order. */
  readonly faults: Fault[] = [];
  /** Of every request that has none of `faults`. */
  faultOf: (request: SeenRequest) => Fault = () => "pass";
  readonly seen: SeenRequest[] = [];
  /** What the service answered. */
  readonly statuses: number[] = [];
  readonly #server: http.Server;

  private constructor(server: http.Server, url: URL) {
    this.#server = server;
    this.url = url;
  }

  static async start(service: URL): Promise<FaultyProxy> {
    const server = http.createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("The proxy has no port");
    const proxy = new FaultyProxy(server, new URL(`http://127.0.0.1:${address.port}`));
    server.on("request", (request, response) => {
      proxy.#handle(service, request, response).catch(() => response.destroy());
    });
    return proxy;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #handle(service: URL, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = "", url: path = "", headers } = request;
    const seen = { method, path, headers };
    this.seen.push(seen);
    const fault = this.faults.shift() ?? this.faultOf(seen);
    const body = await buffer(request);
    if (fault === "lose the request") {
      response.destroy();
      return;
    }
    if (fault === "say nothing") return;
    if (typeof fault === "function" || (typeof fault === "object" && "status" in fault)) {
      const answer = typeof fault === "function" ? fault(path) : fault;
      response.writeHead(answer.status, answer.headers).end(answer.body ?? "");
      return;
    }
    const onward = http.request(new URL(path, service), {
      method,
      headers: { ...headers, host: service.host, connection: "close" },
    });
    onward.end(body);
    const [answer] = (await once(onward, "response")) as [http.IncomingMessage];
    const content = await buffer(answer);
    this.statuses.push(answer.statusCode ?? 0);
    if (typeof fault === "object") await fault.hold;
    if (fault === "lose the answer") {
      response.destroy();
      return;
    }
    response.writeHead(answer.statusCode ?? 0, answer.headers);
    if (fault === "cut the answer") {
      response.write(content.subarray(0, content.byteLength / 2), () => response.destroy());
      return;
    }
    response.end(content);
  }
}
