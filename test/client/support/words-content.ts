import type { AcetateError } from "../../../src/client/acetate-error.ts";
import type { ContentHandler } from "../../../src/client/room-api.ts";

/** A small CRDT: a set of words. An update is a word, a snapshot is all of them. It notes what it is told. */
export class WordsContent implements ContentHandler {
  /** Acknowledged. */
  readonly words = new Set<string>();
  readonly calls: string[] = [];
  readonly refused: AcetateError[] = [];

  load({ seq, snapshot, updates, replace, lost }: Parameters<ContentHandler["load"]>[0]): void {
    if (replace) this.words.clear();
    for (const word of snapshot ? (JSON.parse(toText(snapshot)) as string[]) : []) this.words.add(word);
    for (const update of updates) this.words.add(toText(update));
    this.calls.push(`load ${seq}${replace ? " replace" : ""}${lost ? " lost" : ""}`);
  }

  receive(update: Uint8Array, seq: number, own: boolean): void {
    this.words.add(toText(update));
    this.calls.push(`${own ? "own" : "other"} ${seq} ${toText(update)}`);
  }

  snapshot(seq: number): Uint8Array {
    this.calls.push(`snapshot ${seq}`);
    return toBytes(JSON.stringify([...this.words]));
  }

  refuse(update: Uint8Array, error: AcetateError): void {
    this.refused.push(error);
    this.calls.push(`refuse ${toText(update)}`);
  }

  restore(updates: readonly Uint8Array[]): void {
    this.calls.push(`restore ${updates.map(toText).join(" ")}`);
  }
}

export function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function toText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
