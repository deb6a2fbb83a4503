import { Agent, request } from "node:http";
import { z } from "zod";

/**
 * A child process that asks one server the same thing many times over kept-alive connections, and sends back the
 * seconds it took. Plain `node:http`: on two cores what the generator spends is missing to the server.
 */

export const loadSchema = z.object({
  url: z.string(),
  method: z.enum(["GET", "POST"]),
  /** JSON to send, in turn. */
  bodies: z.array(z.string()).optional(),
  connections: z.int().positive(),
  requests: z.int().positive(),
  expectedStatus: z.int(),
});
export type Load = z.infer<typeof loadSchema>;

process.once("message", (message) => {
  void runLoad(loadSchema.parse(message)).then((seconds) => {
    process.send?.(seconds);
    process.disconnect();
  });
});

async function runLoad(load: Load): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  let left = load.requests;
  const askUntilDone = async (): Promise<void> => {
    while (left > 0) {
      left--;
      await ask(load, agent, left);
    }
  };
  // Every connection is open before the clock runs.
  await Promise.all(Array.from({ length: load.connections }, (_, index) => ask(load, agent, index)));
  const start = performance.now();
  await Promise.all(Array.from({ length: load.connections }, askUntilDone));
  const seconds = (performance.now() - start) / 1000;
  agent.destroy();
  return seconds;
}

function ask({ url, method, bodies, expectedStatus }: Load, agent: Agent, index: number): Promise<void> {
  const body = bodies?.[index % bodies.length];
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined
        ? {}
        : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const call = request(url, { method, agent, headers }, (response) => {
      response.resume();
      response.once("error", reject);
      response.once("end", () => {
        if (response.statusCode === expectedStatus) resolve();
        else reject(new Error(`${method} ${url} answered ${response.statusCode}`));
      });
    });
    call.once("error", reject);
    call.end(body);
  });
}
