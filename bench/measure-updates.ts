import { WebSocket } from "ws";

/**
 * Acked updates per second: one socket that always has `inFlight` updates on their way, `updates` in all. The clock
 * runs from the first one sent to the last ack.
 */
export async function measureUpdates(
  room: URL,
  { updates, inFlight, deltaBytes }: { updates: number; inFlight: number; deltaBytes: number },
): Promise<number> {
  const socket = new WebSocket(room);
  const deltaB64 = Buffer.alloc(deltaBytes, 7).toString("base64");
  let sent = 0;
  let acked = 0;
  const sendNext = (): void => {
    socket.send(JSON.stringify({ type: "update", opId: `op-${sent}`, baseVersion: 0, deltaB64 }));
    sent++;
  };
  try {
    return await new Promise<number>((resolve, reject) => {
      let start = 0;
      socket.on("message", (data: Buffer) => {
        const text = data.toString();
        // A look at the start instead of JSON.parse: the client shares the machine with the server.
        if (text.startsWith('{"type":"ack"')) {
          acked++;
          if (sent < updates) sendNext();
          if (acked === updates) resolve(updates / ((performance.now() - start) / 1000));
        } else if (text.startsWith('{"type":"state"')) {
          start = performance.now();
          for (let index = 0; index < inFlight; index++) sendNext();
        } else if (text.startsWith('{"type":"error"')) {
          reject(new Error(text));
        }
      });
      socket.once("error", reject);
      socket.once("close", (code) => reject(new Error(`closed with ${code} after ${acked} acks`)));
    });
  } finally {
    socket.close();
  }
}
