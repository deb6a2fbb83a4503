import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { z } from "zod";
import { annotationSchema } from "../../src/protocol/model/annotation.ts";
import { versionSchema } from "../../src/protocol/model/version.ts";
import { serverMessageSchema, type ServerMessage } from "../../src/protocol/wire/down.ts";
import { clientMessageSchema, type ClientMessage } from "../../src/protocol/wire/up.ts";
import { projectRoot } from "../../tools/project.ts";
import { RoomSocket, roomUrl } from "../../tools/room-socket.ts";
import { Api } from "./support/api.ts";
import { makeStateFolder, Service } from "./support/service.ts";
import { waitFor } from "./support/wait-for.ts";

/** What the document's client shows to who uses it. */
interface RoomClient {
  seq: number;
  ready: boolean;
  pending: Map<string, object>;
  live: Y.Doc;
  annotations: Map<string, unknown>;
  socket: WebSocket;
  submit(message: object): void;
  receive(message: object): void;
  stop(): void;
}
type Refused = [operation: { opId: string }, error: { code: string; current?: unknown }];
interface Options {
  onRefused?: (...refused: Refused) => void;
}
type RoomClientClass = new (getUrl: () => Promise<string>, options?: Options) => RoomClient;

const SNAPSHOT_EVERY = 20;
const page = await readFile(path.join(projectRoot, "docs/write-your-own-client.md"), "utf8");

function readBlock(name: string): string {
  const [, block] = new RegExp("^```\\w+ " + name + "\\n(.*?)^```$", "ms").exec(page) ?? [];
  if (block === undefined) throw new Error(`The page has no block ${name}`);
  return block;
}

/** The messages of a block, with the resources that it names put in. */
function readMessages(name: string): unknown[] {
  return readBlock(name)
    .split(/\n(?=\{)/)
    .map((text): unknown =>
      JSON.parse(
        text.replaceAll(/<(document|labels|annotation|comment|version|export)>/g, (_, resource: string) =>
          readBlock(resource),
        ),
      ),
    );
}

describe("the page Write your own client", () => {
  it("has an example of each message, and each is valid", () => {
    const up: Record<ClientMessage["type"], true> = {
      update: true,
      snapshot: true,
      presence: true,
      "annotation.create": true,
      "annotation.update": true,
      "annotation.delete": true,
      "annotation.restore": true,
      "annotation.batch": true,
      "comment.create": true,
      "comment.update": true,
      "comment.delete": true,
      "labels.set": true,
      broadcast: true,
      received: true,
    };
    const down: Record<ServerMessage["type"], true> = {
      state: true,
      state_page: true,
      ack: true,
      remote_update: true,
      "annotation.created": true,
      "annotation.updated": true,
      "annotation.deleted": true,
      "annotation.batch": true,
      "comment.created": true,
      "comment.updated": true,
      "comment.deleted": true,
      "document.updated": true,
      "document.deleted": true,
      "labels.updated": true,
      "version.created": true,
      "version.reverted": true,
      snapshot_request: true,
      snapshot_ack: true,
      presence: true,
      broadcast: true,
      "export.progress": true,
      "export.finished": true,
      reset: true,
      error: true,
    };
    const sent = readMessages("up").map((message) => clientMessageSchema.parse(message));
    expect(new Set(sent.map(({ type }) => type))).toEqual(new Set(Object.keys(up)));
    const told = readMessages("down").map((message) => serverMessageSchema.parse(message));
    expect(new Set(told.map(({ type }) => type))).toEqual(new Set(Object.keys(down)));
  });

  it("says how many lines its client has, none of them too long to read", () => {
    const lines = readBlock("client").trimEnd().split("\n");
    expect(page).toContain(`## ${lines.length} lines that do it all`);
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
  });
});

describe("the page's client", () => {
  let service: Service;
  let api: Api;
  let state: Awaited<ReturnType<typeof makeStateFolder>>;
  let folder: string;
  let Client: RoomClientClass;
  const clients: RoomClient[] = [];
  /** Each client's network: whoever connects waits for it. */
  const networks = new Map<RoomClient, { up: Promise<void> }>();

  beforeAll(async () => {
    state = await makeStateFolder();
    const args = ["--var", `SNAPSHOT_EVERY:${SNAPSHOT_EVERY}`];
    service = await Service.start({ databaseUrl: state.url, args });
    api = new Api(service.url);
    // In the project, so that it finds its packages.
    const parent = path.join(projectRoot, ".wrangler", "tmp");
    await mkdir(parent, { recursive: true });
    folder = await mkdtemp(path.join(parent, "client-"));
    const file = path.join(folder, "client.mjs");
    await writeFile(file, readBlock("client"));
    const module: unknown = await import(pathToFileURL(file).href);
    ({ RoomClient: Client } = z.object({ RoomClient: z.custom<RoomClientClass>() }).parse(module));
  });
  afterAll(async () => {
    for (const client of clients) client.stop();
    await service.stop();
    await state.remove();
    await rm(folder, { recursive: true });
  });

  async function join(documentId: string, options: Options = {}): Promise<RoomClient> {
    const network = { up: Promise.resolve() };
    const getUrl = async (): Promise<string> => {
      await network.up;
      return roomUrl(service.url, documentId).href;
    };
    const client = new Client(getUrl, options);
    networks.set(client, network);
    clients.push(client);
    await waitFor("the state", () => client.ready || undefined);
    return client;
  }
  const textOf = ({ live }: RoomClient): string => live.getText("text").toJSON();
  const type = ({ live }: RoomClient, text: string): void => live.getText("text").insert(0, text);
  const untilSame = (...room: RoomClient[]): Promise<true> =>
    waitFor("everyone to have the same", () => {
      const [first = "", ...others] = room.map(textOf);
      const settled = room.every(({ ready, pending }) => ready && pending.size === 0);
      return (settled && others.every((text) => text === first)) || undefined;
    });
  /** Cuts the connection until `whileAway` is done. */
  async function cut(client: RoomClient, whileAway: () => Promise<void> | void): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    networks.set(client, Object.assign(networks.get(client) ?? {}, { up: promise }));
    client.socket.close();
    await waitFor("the cut", () => !client.ready || undefined);
    await whileAway();
    resolve();
    await waitFor("the return", () => client.ready || undefined);
  }
  /** What a fresh join gets, put together: the snapshot's text, and the text with all updates. */
  async function readContent(documentId: string) {
    const room = await RoomSocket.join(roomUrl(service.url, documentId));
    const { snapshotB64, snapshotVersion, updates } = room.state;
    const doc = new Y.Doc();
    if (snapshotB64 !== null) Y.applyUpdate(doc, Buffer.from(snapshotB64, "base64"));
    const snapshot = doc.getText("text").toJSON();
    for (const { deltaB64 } of updates) Y.applyUpdate(doc, Buffer.from(deltaB64, "base64"));
    await room.close();
    return { snapshotVersion, snapshot, text: doc.getText("text").toJSON(), updates: updates.length };
  }

  it("I4 types with others, loses its connection, and loses and repeats nothing", async () => {
    const { id } = await api.createDocument();
    const [ann, bob] = [await join(id), await join(id)];
    type(ann, "one ");
    type(bob, "two ");
    await untilSame(ann, bob);
    await cut(ann, async () => {
      type(ann, "offline ");
      type(ann, "edits ");
      type(bob, "meanwhile ");
      await waitFor("the other's edit", () => bob.pending.size === 0 || undefined);
    });
    // Sent, and cut off before the acks can come.
    type(bob, "in flight ");
    await cut(bob, () => type(bob, "again "));
    await untilSame(ann, bob);
    for (const word of ["one", "two", "offline", "edits", "meanwhile", "in flight", "again"]) {
      expect(textOf(ann).split(word)).toHaveLength(2);
    }
    expect((await readContent(id)).text).toBe(textOf(ann));
  });

  it("R20 answers with snapshots of exactly the acknowledged updates, while both type", async () => {
    const { id } = await api.createDocument();
    const [ann, bob] = [await join(id), await join(id)];
    for (let n = 0; n < 3 * SNAPSHOT_EVERY; n++) {
      type(ann, `a${n} `);
      type(bob, `b${n} `);
      if (n % 5 === 0) await untilSame(ann, bob);
    }
    await untilSame(ann, bob);
    const content = await readContent(id);
    expect(content.snapshotVersion).toBeGreaterThan(SNAPSHOT_EVERY);
    expect(content.text).toBe(textOf(ann));
    // Making the document is seq 1, every other one an update of one word.
    expect(content.snapshot.trim().split(" ")).toHaveLength(content.snapshotVersion - 1);
  });

  it("tells of what is refused, and takes it out of what people see", async () => {
    const { id } = await api.createDocument();
    const refused: Refused[] = [];
    const ann = await join(id, { onRefused: (...one) => refused.push(one) });
    const bob = await join(id);
    const box = { type: "box", geometry: { x: 1, y: 2, width: 3, height: 4 } };
    ann.submit({ type: "annotation.create", annotation: box });
    const [created] = await waitFor("the annotation", () => {
      const all = [...bob.annotations.values()].map((one) => annotationSchema.parse(one));
      return all.length > 0 ? all : undefined;
    });
    if (!created) throw new Error("There is none");
    bob.submit({ type: "annotation.update", id: created.id, version: 1, patch: { text: "first" } });
    await waitFor("the change", () => bob.pending.size === 0 || undefined);
    ann.submit({ type: "annotation.update", id: created.id, version: 1, patch: { text: "late" } });
    await waitFor("the refusal", () => refused.length > 0 || undefined);
    expect(refused).toMatchObject([
      [{ type: "annotation.update" }, { code: "stale_version", current: { text: "first", version: 2 } }],
    ]);

    type(ann, "kept ");
    await untilSame(ann, bob);
    const version = await api.ask("POST", "/v1/versions", versionSchema, { document_id: id });
    type(bob, "undone ");
    await untilSame(ann, bob);
    await cut(ann, async () => {
      type(ann, "too late ");
      expect((await api.send("POST", `/v1/versions/${version.id}/revert`)).status).toBe(200);
    });
    await waitFor("the refusal", () => refused.length > 1 || undefined);
    expect(refused[1]).toMatchObject([{ type: "update" }, { code: "stale_base" }]);
    await untilSame(ann, bob);
    expect(textOf(ann)).toBe("kept ");
    type(ann, "and on ");
    await untilSame(ann, bob);
    expect((await readContent(id)).text).toBe("and on kept ");
  });

  it("has what was before a revert until the state after it has come", async () => {
    const { id } = await api.createDocument();
    const ann = await join(id);
    const { seq } = ann;
    ann.receive({ type: "version.reverted", seq: seq + 2, annotations: [] });
    ann.receive({ type: "reset", seq: seq + 2, crdtChanged: true });
    expect(ann.seq).toBe(seq);
  });

  it("takes a state that comes in pages", async () => {
    const { id } = await api.createDocument();
    const ann = await join(id);
    for (let n = 0; n < 6; n++) type(ann, String(n).repeat(300_000));
    const operations = Array.from({ length: 100 }, () => ({
      op: "create",
      type: "text",
      text: "x".repeat(9_000),
      geometry: { x: 1, y: 2 },
    }));
    for (let n = 0; n < 2; n++) ann.submit({ type: "annotation.batch", operations });
    await waitFor("the acks", () => ann.pending.size === 0 || undefined);
    const bob = await join(id);
    await untilSame(ann, bob);
    expect(textOf(bob)).toHaveLength(1_800_000);
    expect(bob.annotations.size).toBe(200);
    expect(bob.seq).toBe(ann.seq);
  });
});
