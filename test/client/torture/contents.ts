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
  add: (token: string) => Saving;
  read: () => string[];
}

type Open = (service: string, documentId: string, options: ConnectOptions) => OpenContent;

/** How each kind is opened, and read from what the service has. */
export const contents: Record<
  ContentKind,
  { open: Open; read: (snapshot: Uint8Array | null, updates: readonly Uint8Array[]) => string[] }
> = {
  bytes: { open: openBytes, read: readBytes },
  yjs: { open: openYjs, read: readYjs },
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
    load: ({ snapshot, updates }) => void tokens.splice(0, Infinity, ...readBytes(snapshot, updates)),
    receive: (update) => void tokens.push(...tokensIn(update)),
    snapshot: () => encode(tokens.map((token) => `<${token}>`).join("")),
  };
  const room = connect(service, documentId, { ...options, content });
  return { room, add: (token) => room.sendContent(encode(`<${token}>`)), read: () => tokens };
}

function readBytes(snapshot: Uint8Array | null, updates: readonly Uint8Array[]): string[] {
  return [...(snapshot ? [snapshot] : []), ...updates].flatMap(tokensIn);
}

/** Tokens are items of a list in a Yjs document. */
function openYjs(service: string, documentId: string, options: ConnectOptions): OpenContent {
  const provider = new AcetateProvider(service, documentId, new Y.Doc(), options);
  const list = () => provider.doc.getArray<string>("tokens");
  const add = (token: string): Saving => {
    list().push([`<${token}>`]);
    return { saved: untilSaved(provider) };
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

function readYjs(snapshot: Uint8Array | null, updates: readonly Uint8Array[]): string[] {
  const doc = new Y.Doc();
  for (const update of [...(snapshot ? [snapshot] : []), ...updates]) Y.applyUpdate(doc, update);
  return doc.getArray<string>("tokens").toArray().map(withoutBrackets);
}

const withoutBrackets = (item: string): string => item.slice(1, -1);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
