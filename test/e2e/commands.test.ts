import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { documentPageSchema, documentSchema } from "../../src/protocol/model/document.ts";
import { projectRoot } from "../../tools/project.ts";
import { RoomSocket, roomUrl } from "../../tools/room-socket.ts";
import { Api } from "./support/api.ts";
import { makeStateFolder, Service, type StartOptions } from "./support/service.ts";

/** Runs an npm script to its end. */
function runScript(name: string, args: string[], env: Record<string, string> = {}) {
  return spawnSync("npm", ["run", name, "--", ...args], {
    cwd: projectRoot,
    encoding: "utf8",
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Folders of runs that keep nothing. */
function listThrowAwayFolders(): string[] {
  const parent = "/dev/shm";
  return existsSync(parent) ? readdirSync(parent).filter((name) => name.startsWith("acetate-")) : [];
}

describe("the commands that people type", () => {
  const cleanUp: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const undo of cleanUp.splice(0).reverse()) await undo();
  });

  async function start(options: StartOptions): Promise<Service> {
    const service = await Service.start(options);
    cleanUp.push(() => service.crash());
    return service;
  }
  async function makeState() {
    const state = await makeStateFolder();
    cleanUp.push(state.remove);
    return state;
  }

  it("npm run serve serves REST and sockets, keeps what it is given, and goes on with the state of npm start", async () => {
    const state = await makeState();
    const served = await start({ command: "serve", databaseUrl: "memory://", args: ["--state", state.path] });
    const { id } = await new Api(served.url).createDocument({ title: "Served" });
    const room = await RoomSocket.join(roomUrl(served.url, id));
    room.send({ type: "update", opId: "op", baseVersion: 0, deltaB64: btoa("delta") });
    const { seq } = await room.next("ack");
    await room.close();
    await served.stop();

    const started = await start({ command: "start", databaseUrl: state.url });
    const api = new Api(started.url);
    const document = await api.ask("GET", `/v1/documents/${id}`, documentSchema);
    expect(document).toMatchObject({ title: "Served", seq });
    const list = await api.ask("GET", "/v1/documents?q=served", documentPageSchema);
    expect(list.items).toMatchObject([{ id }]);

    // Each thing is said once, and nothing of wrangler's own.
    expect(started.output.match(/http:\/\/localhost:\d+$/gm)).toHaveLength(1);
    expect(started.output).not.toMatch(/unsafe|env\.ROOMS|WARNING/);

    const demo = runScript("demo", ["--port", started.url.port]);
    expect(demo.stderr).not.toContain("Error");
    expect(demo.status).toBe(0);
    for (const type of ["state", "ack", "remote_update", "annotation.created", "presence"]) {
      expect(demo.stdout).toContain(`"type":"${type}"`);
    }
    await started.interrupt();
  });

  it("npm start with memory:// keeps nothing", async () => {
    // Another service on this machine may come and go meanwhile: only what this test leaves behind counts.
    const before = listThrowAwayFolders();
    const listLeft = () => listThrowAwayFolders().filter((folder) => !before.includes(folder));
    const first = await start({ command: "start", databaseUrl: "memory://" });
    await new Api(first.url).createDocument();
    await first.stop();
    expect(listLeft()).toEqual([]);
    const second = await start({ command: "start", databaseUrl: "memory://" });
    const list = await new Api(second.url).ask("GET", "/v1/documents", documentPageSchema);
    expect(list.total).toBe(0);
    await second.interrupt();
    expect(listLeft()).toEqual([]);
  });

  it("plain npx wrangler dev works", async () => {
    const state = await makeState();
    const args = ["--persist-to", state.path];
    const service = await start({ command: "wrangler dev", databaseUrl: state.url, args });
    const api = new Api(service.url);
    const { id } = await api.createDocument({ title: "Plain" });
    const list = await api.ask("GET", "/v1/documents", documentPageSchema);
    expect(list.items).toMatchObject([{ id, title: "Plain" }]);
    expect((await api.send("GET", "/docs")).status).toBe(200);
    await service.interrupt();
  });

  it("npm run deploy asks for nothing that a free account refuses", () => {
    const { status, stdout, stderr } = runScript("deploy", ["--dry-run"]);
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    expect(stdout).toContain("--dry-run: exiting now");
    // Code 100328: CPU limits are not supported for the Free plan.
    expect(readFileSync(path.join(projectRoot, "wrangler.toml"), "utf8")).not.toMatch(
      /^(?:\[limits\]|cpu_ms)/m,
    );
  });

  it.each(["start", "serve"])("npm run %s refuses a bad variable, and quotes it", (command) => {
    const { status, stderr } = runScript(command, ["--port", "0", "--var", "SNAPSHOT_EVERY:often"]);
    expect(status).toBe(2);
    expect(stderr).toContain('SNAPSHOT_EVERY must be a whole number from 1 to 100000, not "often"');
    const unknown = runScript(command, ["--port", "0", "--var", "SNAPSHOTS_EVERY:10"]);
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain("--var SNAPSHOTS_EVERY: there is no such variable");
    const secret = runScript(command, ["--port", "0", "--var", "AUTH_SECRET:too-short"]);
    expect(secret.status).toBe(2);
    expect(secret.stderr).toContain("AUTH_SECRET must be at least 32 characters");
    expect(secret.stderr).not.toContain("too-short");
  });

  it.each(["start", "serve"])("npm run %s says in a sentence that a port is taken", async (command) => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = String(typeof address === "object" ? address?.port : "");
    const state = await makeState();
    // Not by spawnSync: the other server has to accept meanwhile.
    const child = spawn("npm", ["run", command, "--", "--port", port], {
      cwd: projectRoot,
      env: { ...process.env, DATABASE_URL: state.url },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    const [code] = (await once(child, "close")) as [number];
    other.close();
    expect(code).toBe(2);
    expect(said).toMatch(/^.*\b\d+ is in use: name another .*--port.*\n$/);
  });

  it("what can't be done is refused with a word of help", () => {
    const badUrl = runScript("start", [], { DATABASE_URL: "postgres://somewhere" });
    expect(badUrl.status).toBe(2);
    expect(badUrl.stderr).toContain("DATABASE_URL must be sqlite://<folder>");
    const badOption = runScript("serve", ["--prot", "9000"]);
    expect(badOption.status).toBe(2);
    expect(badOption.stderr).toContain("Usage: npm run serve");
    const noPort = runScript("demo", ["--port", "many"]);
    expect(noPort.status).toBe(2);
    expect(noPort.stderr).toContain('"many" is not a port');
    const noService = runScript("demo", ["http://localhost:1"]);
    expect(noService.status).toBe(2);
    expect(noService.stderr).toContain("Start one with npm start");
  });
});
