import { Doc, applyUpdate } from "yjs";
import type { ServerMessage } from "../../src/protocol/wire/down.ts";

/** The text in the messages that Acetate sends a client that joins. */
export function readAcetateText(frames: Buffer[]): string {
  const updates: string[] = [];
  let snapshot = "";
  for (const frame of frames) {
    for (const message of [JSON.parse(frame.toString()) as ServerMessage | ServerMessage[]].flat()) {
      if (message.type === "state") {
        snapshot += message.snapshotB64 ?? "";
        updates.push(...message.updates.map(({ deltaB64 }) => deltaB64));
      }
      if (message.type !== "state_page") continue;
      if (message.part === "snapshot") snapshot += message.chunkB64;
      if (message.part === "updates") updates.push(...message.items.map(({ deltaB64 }) => deltaB64));
    }
  }
  const parts = snapshot === "" ? updates : [snapshot, ...updates];
  return readText(parts.map((part) => Buffer.from(part, "base64")));
}

/** The text in messages of y-protocols: in their sync steps 2 and updates. */
export function readYText(messages: Buffer[]): string {
  const contents = messages.filter(([type, step]) => type === 0 && (step === 1 || step === 2));
  return readText(
    contents.map((message) => {
      let start = 2;
      // The length before the update ends with its first byte under 128.
      while ((message[start] ?? 0) >= 128) start++;
      return message.subarray(start + 1);
    }),
  );
}

function readText(updates: Uint8Array[]): string {
  const doc = new Doc();
  for (const update of updates) applyUpdate(doc, update);
  return doc.getText("text").toJSON();
}
