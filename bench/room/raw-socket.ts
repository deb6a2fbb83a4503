import { randomBytes } from "node:crypto";
import { request } from "node:http";
import type { Socket } from "node:net";
import { Needle } from "./needle.ts";

/** How to get into a room, in a form that can be handed to another thread. */
export interface Entrance {
  /** `http:` address of the WebSocket. */
  url: string;
  headers: Record<string, string>;
  /** Frames to send first. */
  hello: Uint8Array;
  /** Bytes in the stream that tell that this client is in the room and will get every update from now on. */
  ready: Uint8Array;
}

/** Longer than any contender takes for its first client on a loaded machine. */
const JOIN_MS = 30_000;

/**
 * A WebSocket client that costs next to nothing: after the handshake it is a bare TCP socket, frames are written
 * ready-made and read as a stream of bytes. On two cores what a client spends is missing to the server.
 */
export async function enterRoom(entrance: Entrance): Promise<Socket> {
  const { socket, head } = await openSocket(entrance);
  socket.write(entrance.hello);
  const needle = new Needle(entrance.ready);
  await new Promise<void>((resolve, reject) => {
    let received = head;
    const fail = (why: string) => {
      socket.destroy();
      reject(new Error(`${entrance.url}: ${why}; it sent ${received.subarray(0, 300).toString("latin1")}`));
    };
    const onClose = () => fail("closed before it was ready");
    const timer = setTimeout(() => fail(`not ready after ${JOIN_MS} ms`), JOIN_MS);
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (needle.count(chunk) === 0) return;
      clearTimeout(timer);
      socket.off("data", onData).off("close", onClose);
      resolve();
    };
    socket.on("close", onClose);
    socket.on("data", onData);
    if (head.length > 0) onData(head);
  });
  return socket;
}

/** How long a server may take to hang up once it was asked to: not all of them do. */
const LEAVE_MS = 200;

/** Leaves as a client should, so that the server spends no time on finding out. */
export function leaveRoom(socket: Socket): void {
  socket.on("error", () => socket.destroy()).resume();
  socket.end(encodeFrame(Buffer.alloc(0), CLOSE));
  setTimeout(() => socket.destroy(), LEAVE_MS).unref();
}

/** The handshake alone. `head` came with it. */
export function openSocket({ url, headers }: Entrance): Promise<{ socket: Socket; head: Buffer }> {
  return new Promise((resolve, reject) => {
    const call = request(url, {
      agent: false,
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": randomBytes(16).toString("base64"),
        ...headers,
      },
    });
    call.once("upgrade", (_response, socket: Socket, head: Buffer) => {
      socket.setNoDelay(true);
      resolve({ socket, head });
    });
    call.once("response", ({ statusCode }) => reject(new Error(`${url} answered ${statusCode}`)));
    call.once("error", reject);
    call.end();
  });
}

const TEXT = 0x81;
const BINARY = 0x82;
const CLOSE = 0x88;

export function textFrame(text: string): Buffer {
  return encodeFrame(Buffer.from(text), TEXT);
}

export function binaryFrame(...parts: Uint8Array[]): Buffer {
  return encodeFrame(Buffer.concat(parts), BINARY);
}

/** A client's frame (RFC 6455 section 5.2). Its mask is zero, so the payload stands as it is. */
function encodeFrame(payload: Buffer, firstByte: number): Buffer {
  const { length } = payload;
  const header = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  header[0] = firstByte;
  header[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (header.length === 4) header.writeUInt16BE(length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, Buffer.alloc(4), payload]);
}

/** The payloads of a server's whole frames, which have no mask. */
export function readFrames(stream: Buffer): Buffer[] {
  const payloads: Buffer[] = [];
  for (let at = 0; at + 10 <= stream.length || at + 2 + (stream[at + 1] ?? 127) <= stream.length;) {
    const short = (stream[at + 1] ?? 0) & 0x7f;
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    const length =
      short < 126
        ? short
        : short === 126
          ? stream.readUInt16BE(at + 2)
          : Number(stream.readBigUInt64BE(at + 2));
    if (start + length > stream.length) break;
    payloads.push(stream.subarray(start, start + length));
    at = start + length;
  }
  return payloads;
}
