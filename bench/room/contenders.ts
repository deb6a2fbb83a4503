import path from "node:path";
import { documentSchema } from "../../src/protocol/model/document.ts";
import { installPeers, peersFolder } from "../peers/install.ts";
import { LocalServer, startService, startWorker } from "../server.ts";
import { type Wire, acetateWire, hocuspocusWire, yWire } from "./wires.ts";

/** A room server, and how to talk to it. */
export interface RoomServer {
  name: string;
  wire: Wire;
  server: LocalServer;
  /** A new, empty room. */
  createRoom: () => Promise<string>;
}

export const ACETATE = "Acetate";
export const ACETATE_SINGLE = "Acetate, single frames";
export const HOCUSPOCUS = "Hocuspocus";
export const Y_WEBSOCKET = "y-websocket";
export const Y_PARTYSERVER = "y-partyserver";
export const BARE_LOG = "bare log";
export const PEERS = [HOCUSPOCUS, Y_WEBSOCKET, Y_PARTYSERVER];

/** Everyone who takes part, each started when it is first asked for. */
export class Contenders {
  readonly #state: string;
  readonly #started = new Map<string, Promise<RoomServer>>();

  /** @param state a folder of which each takes a part */
  constructor(state: string) {
    this.#state = state;
  }

  async get(name: string): Promise<RoomServer> {
    const known = this.#started.get(name);
    if (known) return known;
    const started = this.#start(name);
    this.#started.set(name, started);
    return started;
  }

  /** One after the other: each start takes all of the machine. */
  async all(names: string[]): Promise<RoomServer[]> {
    const servers: RoomServer[] = [];
    for (const name of names) servers.push(await this.get(name));
    return servers;
  }

  async #start(name: string): Promise<RoomServer> {
    const state = path.join(this.#state, name.replaceAll(/[^a-z]+/gi, "-"));
    switch (name) {
      case ACETATE:
        return openAcetate(await startService(state));
      case ACETATE_SINGLE: {
        // The same service, asked without the subprotocol.
        const { server, createRoom } = await this.get(ACETATE);
        return { name, server, createRoom, wire: acetateWire(acetatePath, { batch: false }) };
      }
      case BARE_LOG:
        return {
          name,
          server: await startWorker("bench/bare-log", state),
          wire: acetateWire((room) => `/${room}`, { batch: true }),
          createRoom: nameRoom,
        };
      case HOCUSPOCUS:
        installPeers();
        return {
          name,
          server: await LocalServer.start({
            args: (port) => [path.join(peersFolder, "serve-hocuspocus.ts"), String(port), `${state}.sqlite`],
          }),
          wire: hocuspocusWire(),
          createRoom: nameRoom,
        };
      case Y_WEBSOCKET:
        installPeers();
        return {
          name,
          server: await LocalServer.start({
            args: () => [path.join(peersFolder, "node_modules/y-websocket/bin/server.cjs")],
            env: (port) => ({ HOST: "127.0.0.1", PORT: String(port), YPERSISTENCE: state }),
          }),
          wire: yWire((room) => `/${room}`),
          createRoom: nameRoom,
        };
      case Y_PARTYSERVER:
        installPeers();
        return {
          name,
          server: await startWorker("bench/peers/partyserver", state),
          wire: yWire((room) => `/parties/rooms/${room}`),
          createRoom: nameRoom,
        };
      default:
        throw new Error(`There is no contender ${name}`);
    }
  }
}

/** A service of its own, for what must not be disturbed by what went before. */
export async function startAcetate(state: string): Promise<RoomServer> {
  return openAcetate(await startService(state));
}

function openAcetate(server: LocalServer): RoomServer {
  return {
    name: ACETATE,
    server,
    wire: acetateWire(acetatePath, { batch: true }),
    createRoom: () => createDocument(server.url),
  };
}

function acetatePath(room: string): string {
  return `/ws/documents/${room}`;
}

async function createDocument(service: URL): Promise<string> {
  const response = await fetch(new URL("/v1/documents", service), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ title: "Played" }),
  });
  return documentSchema.parse(await response.json()).id;
}

async function nameRoom(): Promise<string> {
  return crypto.randomUUID();
}
