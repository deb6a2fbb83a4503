import { execFileSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentSchema } from "../../src/protocol/model/document.ts";
import { Api } from "./support/api.ts";
import { killAll } from "./support/processes.ts";
import { makeStateFolder, Service, type Command } from "./support/service.ts";

const point = { type: "point", geometry: { x: 1, y: 2 } };

describe("a state folder", () => {
  let service: Service;
  let state: Awaited<ReturnType<typeof makeStateFolder>>;

  beforeAll(async () => {
    state = await makeStateFolder();
    service = await Service.start({ databaseUrl: state.url });
  });
  afterAll(async () => {
    await service.crash();
    await state.remove();
  });

  /** What a second service on the same folder says before it ends. */
  async function startSecond(command: Command): Promise<string> {
    const args = command === "wrangler dev" ? ["--persist-to", state.path] : [];
    const second = await Service.start({ command, databaseUrl: state.url, args }).catch(String);
    if (typeof second === "string") return second;
    await second.crash();
    throw new Error(`${command} started a second service`);
  }

  it.each<Command>(["serve", "start", "wrangler dev"])(
    "is one service's: %s beside it says who has it and what to do",
    async (command) => {
      const refusal = await startSecond(command);
      expect(refusal).toMatch(/^Error: exit [12] of/);
      const pid = /in use by process (\d+) \(.*serve\.ts/.exec(refusal)?.[1];
      expect(service.listProcesses()).toContain(Number(pid));
      expect(refusal).toContain("npm run serve -- --state <folder>");
      expect((await new Api(service.url).send("GET", "/v1/health")).status).toBe(200);
    },
  );

  it("R46 gets no file for ids that are not there", async () => {
    const api = new Api(service.url);
    const listFiles = async () => (await readdir(path.join(state.path, "v3"), { recursive: true })).length;
    await api.createDocument();
    await api.send("GET", "/v1/health");
    const before = await listFiles();
    const id = () => crypto.randomUUID();
    for (let n = 0; n < 20; n++) {
      const statuses = await Promise.all(
        [
          api.send("GET", `/v1/documents/${id()}`),
          api.send("PATCH", `/v1/documents/${id()}`, { title: "x" }),
          api.send("GET", `/v1/annotations?document_id=${id()}`),
          api.send("POST", "/v1/annotations", { document_id: id(), ...point }),
          api.send("POST", "/v1/exports", { document_id: id(), format: "json" }),
          api.send("GET", `/v1/documents/${id()}/thumbnail?size=64`),
        ].map(async (answer) => (await answer).status),
      );
      expect(statuses).toEqual([404, 404, 404, 404, 404, 404]);
      // Without an upgrade, and with one.
      expect((await api.send("GET", `/ws/documents/${id()}`)).status).toBe(426);
      expect(await readCloseCode(new URL(`/ws/documents/${id()}`, service.url))).toBe(4404);
    }
    expect(await listFiles()).toBe(before);
  });

  it("makes the document of an id that was asked for before", async () => {
    const api = new Api(service.url);
    const id = crypto.randomUUID();
    expect((await api.send("GET", `/v1/documents/${id}`)).status).toBe(404);
    await api.createDocument({ id, title: "Mine" });
    expect(await api.ask("GET", `/v1/documents/${id}`, documentSchema)).toMatchObject({ title: "Mine" });
  });

  it("stays the runtime's when only what started it was killed", async () => {
    const processes = service.listProcesses();
    const runtime = processes.find((pid) =>
      execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" }).includes("workerd serve"),
    );
    if (runtime === undefined) throw new Error("There is no runtime");
    killAll(processes.filter((pid) => pid !== runtime));
    const refusal = await startSecond("serve");
    expect(refusal).toContain("the runtime (workerd");
    if (process.platform === "linux") expect(refusal).toContain(`end it with "kill ${runtime}"`);
    killAll([runtime]);
    service = await Service.start({ databaseUrl: state.url });
  });
});

async function readCloseCode(url: URL): Promise<number> {
  url.protocol = "ws:";
  const socket = new WebSocket(url);
  return new Promise((resolve) => {
    socket.addEventListener("close", ({ code }) => resolve(code));
  });
}
