import { spawn } from "node:child_process";
import { projectRoot } from "../tools/project.ts";

export interface Server {
  url: URL;
  stop(): Promise<void>;
}

/** Starts a script that prints `service <URL>` once it serves, in a process of its own, and ends it by SIGTERM. */
export async function startServer(script: string, args: string[]): Promise<Server> {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<URL>((resolve, reject) => {
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const address = /service +(http:\/\/\S+)\n/.exec(output)?.[1];
      if (address !== undefined) resolve(new URL(address));
    });
    child.once("exit", (code) => reject(new Error(`${script} ended with ${code}: ${output}`)));
  });
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
