import { fork } from "node:child_process";
import path from "node:path";
import type { Load } from "./load-generator.ts";

/** Requests per second of `load`, asked by a process of its own. */
export function measureRequests(load: Load): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(path.join(import.meta.dirname, "load-generator.ts"));
    child.once("message", (seconds) => resolve(load.requests / Number(seconds)));
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code !== 0) reject(new Error(`the load generator ended with ${code}`));
    });
    child.send(load);
  });
}
