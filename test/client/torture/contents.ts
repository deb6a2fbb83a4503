import * as Y from "yjs";
import {
  connect,
  type ConnectOptions,
  type ContentHandler,
  type Room,
  type Saving,
} from "../../../src/client/index.ts";
import { AcetateProvider } from "../../../src/client/yjs/index.ts";

/** What the content of the document is: plain bytes, or a Yjs document. */
export type ContentKind = "bytes" | "yjs";

/** A document that is open, with its content: a list of tokens. */
export interface OpenContent {
  room: Room;
  add: (token: string) => Saving & { struct?: string };
  read: () => string[];
}

/** Updates that can't be shown, since others that they build upon are not there. */
export interface WaitingContent {
  tokens: string[];
  /** The structs that they wait for. */
  missing: string[];
}

type Open = (service: string, documentId: string, options: ConnectOptions) => OpenContent;

/** How each kind is opened, and read from what the service has. */
export const contents: Record<
  ContentKind,
  {
    open: Open;
    read: (updates: readonly Uint8Array[]) => string[];
    readWaiting: (updates: readonly Uint8Array[]) => WaitingContent;
  }
> = {
  bytes: { open: openBytes, read: readBytes, readWaiting: () => ({ tokens: [], missing: [] }) },
  yjs: { open: openYjs, read: readYjs, readWaiting: readWaitingYjs },
};

/** The tokens that an update brings. They stand in its bytes, whatever else is there. */
export function tokensIn(update: Uint8Array): string[] {
  return [
    ...Buffer.from(update)
      .toString("latin1")
      .matchAll(/<([\w-]+)>/g),
  ].flatMap(([, token]) => token ?? []);
}

/** Each update is a token, in the order of the service. */
function openBytes(service: string, documentId: string, options: ConnectOptions): OpenContent {
  const tokens: string[] = [];
  const content: ContentHandler = {
    load: ({ snapshot, updates }) =>
      void tokens.splice(0, Infinity, ...readBytes(snapshot ? [snapshot, ...updates] : updates)),
    receive: (update) => void tokens.push(...tokensIn(update)),
    snapshot: () => encode(tokens.map((token) => `<${token}>`).join("")),
  };
  const room = connect(service, documentId, { ...options, content });
  return { room, add: (token) => room.sendContent(encode(`<${token}>`)), read: () => tokens };
}

function readBytes(updates: readonly Uint8Array[]): string[] {
  return updates.flatMap(tokensIn);
}

/** Tokens are items of a list in a Yjs document. */
function openYjs(service: string, documentId: string, options: ConnectOptions): OpenContent {
  const provider = new AcetateProvider(service, documentId, new Y.Doc(), options);
  const list = () => provider.doc.getArray<string>("tokens");
  const add = (token: string): Saving & { struct: string } => {
    const { clientID, store } = provider.doc;
    const struct = nameOf(clientID, Y.getState(store, clientID));
    list().push([`<${token}>`]);
    return { saved: untilSaved(provider), struct };
  };
  return { room: provider.room, add, read: () => list().toArray().map(withoutBrackets) };
}

function untilSaved({ unsaved }: AcetateProvider): Promise<void> {
  return new Promise((resolve) => {
    const stop = unsaved.subscribe((count) => {
      if (count > 0) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}

function readYjs(updates: readonly Uint8Array[]): string[] {
  return openUpdates(updates).getArray<string>("tokens").toArray().map(withoutBrackets);
}

function readWaitingYjs(updates: readonly Uint8Array[]): WaitingContent {
  const { store } = openUpdates(updates);
  if (!store.pendingStructs) return { tokens: [], missing: [] };
  const { update } = store.pendingStructs;
  const structs = Y.decodeUpdateV2(update).structs.filter((struct) => !(struct instanceof Y.Skip));
  const waiting = new Set<string>();
  /** How many structs of each client must be there, so that all can be shown. */
  const needed = new Map<number, number>();
  const need = (client: number, count: number): void => {
    needed.set(client, Math.max(count, needed.get(client) ?? 0));
  };
  for (const struct of structs) {
    const { client, clock } = struct.id;
    for (let i = 0; i < struct.length; i++) waiting.add(nameOf(client, clock + i));
    need(client, clock);
    if (!(struct instanceof Y.Item)) continue;
    for (const id of [struct.origin, struct.rightOrigin]) if (id) need(id.client, id.clock + 1);
  }
  const missing: string[] = [];
  for (const [client, count] of needed) {
    for (let clock = Y.getState(store, client); clock < count; clock++) {
      const struct = nameOf(client, clock);
      if (!waiting.has(struct)) missing.push(struct);
    }
  }
  return { tokens: tokensIn(update), missing };
}

function openUpdates(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc;
}

const nameOf = (client: number, clock: number): string => `${client}/${clock}`;

const withoutBrackets = (item: string): string => item.slice(1, -1);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
