import { Buffer } from "node:buffer";
import { BATCH_SUBPROTOCOL } from "../../src/protocol/limits.ts";
import { binaryFrame, textFrame } from "./raw-socket.ts";
import { readAcetateText, readYText } from "./read-text.ts";
import { END, MARK, type Play } from "./updates.ts";

/**
 * How a contender's protocol looks on the wire: all that a client needs to play updates and to tell what comes back.
 */
export interface Wire {
  path: (room: string) => string;
  headers: Record<string, string>;
  /** What a client sends first to be let in and to be given the state. */
  hello: (room: string) => Buffer;
  /** In the answer to it, where the room is new. */
  ready: Buffer;
  updateFrame: (room: string, update: Uint8Array, index: number) => Buffer;
  /** Once in every update that comes back; where the protocol has no name for it, the play has to hold `MARK`. */
  updateMark: Buffer;
  /** In what brings `lastUpdate`. */
  endMark: (lastUpdate: Uint8Array) => Buffer;
  /** Whether these messages, the first ones after joining, hold the whole state. */
  isWholeState: (messages: Buffer[]) => boolean;
  /** The text they hold: a check that nobody leaves anything out. */
  readText: (messages: Buffer[]) => string;
  /** A snapshot of the whole play, where clients make them. */
  snapshotFrame?: (play: Play) => Buffer;
}

/** Acetate's protocol, and the bare log's, which took its messages. */
export function acetateWire(path: Wire["path"], { batch }: { batch: boolean }): Wire {
  return {
    path,
    headers: batch ? { "sec-websocket-protocol": BATCH_SUBPROTOCOL } : {},
    hello: () => Buffer.alloc(0),
    ready: Buffer.from('"type":"state"'),
    updateFrame: (_room, update, index) =>
      textFrame(
        JSON.stringify({ type: "update", opId: `op-${index}`, baseVersion: 1, deltaB64: toBase64(update) }),
      ),
    updateMark: Buffer.from('"type":"remote_update"'),
    endMark: (lastUpdate) => Buffer.from(toBase64(lastUpdate)),
    isWholeState: (messages) =>
      messages.some((message) => message.includes('"more":false') || message.includes('"last":true')),
    readText: readAcetateText,
    // Making the document was seq 1 (SPEC R1).
    snapshotFrame: ({ updates, state }) =>
      textFrame(
        JSON.stringify({ type: "snapshot", version: 1 + updates.length, snapshotB64: toBase64(state) }),
      ),
  };
}

const SYNC = 0;
const AUTH = 2;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;
/** A document that holds nothing, as a state vector and as an update. */
const EMPTY_VECTOR = [0];
const EMPTY_UPDATE = [0, 0];

/** y-protocols, as y-websocket and y-partyserver speak it. */
export function yWire(path: Wire["path"]): Wire {
  return {
    ...yMarks,
    path,
    headers: {},
    hello: () => binaryFrame(Buffer.from([SYNC, STEP_1]), sized(EMPTY_VECTOR)),
    updateFrame: (_room, update) => binaryFrame(Buffer.from([SYNC, UPDATE]), sized(update)),
    readText: (messages) => readYText(messages),
  };
}

/** The same in Hocuspocus's envelope: every message names its document, the first one carries a token. */
export function hocuspocusWire(): Wire {
  const named = (room: string, ...types: number[]) =>
    Buffer.concat([sized(Buffer.from(room)), Buffer.from(types)]);
  const token = sized(Buffer.from("none"));
  return {
    ...yMarks,
    path: () => "/",
    headers: {},
    hello: (room) =>
      Buffer.concat([
        binaryFrame(named(room, AUTH, 0), token),
        binaryFrame(named(room, SYNC, STEP_1), sized(EMPTY_VECTOR)),
      ]),
    updateFrame: (room, update) => binaryFrame(named(room, SYNC, UPDATE), sized(update)),
    // Names are shorter than 128 bytes here, so one byte tells their length.
    readText: (messages) => readYText(messages.map((message) => message.subarray(1 + (message[0] ?? 0)))),
  };
}

const yMarks = {
  ready: Buffer.concat([Buffer.from([SYNC, STEP_2]), sized(EMPTY_UPDATE)]),
  updateMark: Buffer.from(MARK),
  endMark: () => Buffer.from(END),
  // Not the sync step 2: y-websocket answers before it has read what it stored.
  isWholeState: (messages: Buffer[]) => messages.some((message) => message.includes(END)),
};

function sized(bytes: Uint8Array | number[]): Buffer {
  return Buffer.concat([encodeVarUint(bytes.length), Buffer.from(bytes)]);
}

/** lib0's variable-length integer: seven bits a byte, the low ones first. */
function encodeVarUint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push(128 | (rest % 128));
  return Buffer.from([...bytes, rest]);
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
