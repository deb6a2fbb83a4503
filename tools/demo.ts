import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { AcetateError, createClient } from "../src/client/index.ts";
import type { Document } from "../src/protocol/model/document.ts";
import type { ServerMessage } from "../src/protocol/wire/down.ts";
import { exitWithError, UsageError } from "./project.ts";
import { RoomSocket, roomUrl } from "./room-socket.ts";

/**
 * `npm run demo [-- URL | --port 8787]`: two people in one document of a running service. Shows what a join, an update,
 * its ack, its echo, an annotation and presence look like on the wire.
 */

const USAGE = "Usage: npm run demo [-- URL of the service | --port 8787]";

try {
  await runDemo(readAddress(process.argv.slice(2)));
} catch (error) {
  exitWithError(error);
}

async function runDemo(service: URL): Promise<void> {
  const document = await createDocument(service);
  print("", `POST /v1/documents → ${document.id}`);

  const ada = await join(service, document.id, "Ada");
  const bob = await join(service, document.id, "Bob");
  await ada.next("presence", ({ event }) => event === "join");

  send(ada, "Ada", { type: "presence", state: { cursor: { x: 120, y: 80 } } });
  await bob.next("presence", ({ event }) => event === "update");

  // A delta is opaque to the service: here a text, in an application the bytes of its CRDT library.
  const deltaB64 = Buffer.from("any CRDT update").toString("base64");
  send(ada, "Ada", { type: "update", opId: randomUUID(), baseVersion: 0, deltaB64 });
  const ack = await ada.next("ack");
  await bob.next("remote_update", ({ seq }) => seq === ack.seq);

  send(bob, "Bob", {
    type: "annotation.create",
    opId: randomUUID(),
    annotation: { type: "box", geometry: { x: 100, y: 60, width: 240, height: 120 }, text: "Look here" },
  });
  await bob.next("ack");
  await ada.next("annotation.created");

  await Promise.all([ada.close(), bob.close()]);
  print("", `GET ${new URL(`/v1/documents/${document.id}/changes`, service)} shows the same changes`);
}

async function join(service: URL, documentId: string, name: string): Promise<RoomSocket> {
  const url = roomUrl(service, documentId, { actorId: name.toLowerCase(), name });
  print(name, `opens ${url}`);
  return RoomSocket.join(url, (message) => print(name, `← ${show(message)}`));
}

function send(room: RoomSocket, name: string, message: object): void {
  print(name, `→ ${show(message)}`);
  room.send(message);
}

function print(who: string, what: string): void {
  console.log(`${who.padEnd(4)}${what}`);
}

/** One line of JSON, with long values cut: people read it. */
function show(message: ServerMessage | object): string {
  const text = JSON.stringify(message);
  return text.length > 320 ? `${text.slice(0, 320)}…` : text;
}

async function createDocument(service: URL): Promise<Document> {
  try {
    return await createClient({ url: service, tries: 1 }).documents.create({ title: "Demo" });
  } catch (error) {
    if (!(error instanceof AcetateError)) throw error;
    if (error.code !== "network") throw new UsageError(`${service.origin} refused it: ${error.message}`);
    throw new UsageError(`There is no service at ${service.origin}. Start one with npm start, or name its address:
npm run demo -- --port 9000
npm run demo -- http://localhost:9000`);
  }
}

function readAddress(args: string[]): URL {
  const { values, positionals } = parse(args);
  const { port = "8787" } = values;
  if (!/^\d{1,5}$/.test(port)) throw new UsageError(`${USAGE}\n"${port}" is not a port`);
  const [address = `http://localhost:${port}`] = positionals;
  const url = URL.parse(address);
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new UsageError(`${USAGE}\n"${address}" is not an address`);
  }
  return url;
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: { port: { type: "string" } }, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${USAGE}\n${error instanceof Error ? error.message : String(error)}`);
  }
}
