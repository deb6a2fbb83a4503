import type { ClientMessage } from "../../src/protocol/wire/up.ts";

/** One operation as a writer sent it, and what became of it: enough to send it again, byte for byte. */
export interface Operation {
  opId: string;
  send: SocketSend | RestSend;
  /** Its change, where the sender knows it: updates. Such a print exists once in a document. */
  print?: string;
  /** Ids of the annotations that it makes, all at one seq. What an operation writes has its opId as text. */
  creates?: string[];
  /** The annotation that it deletes, in the version that it was then. */
  deletes?: { id: string; version: number };
  /** Operations with the same name came in one request: all of them are there, or none. */
  group?: string;
  /** How often it was sent, and how often that was refused. */
  sends: number;
  refusals: number;
  /** The acknowledged seq; "done": acknowledged, and not known at which one. */
  outcome: "pending" | "done" | number;
}

export type OperationMessage = Extract<ClientMessage, { opId: string }>;

export interface SocketSend {
  via: "socket";
  message: OperationMessage;
}

/** Sent with the opId as `Idempotency-Key`. */
export interface RestSend {
  via: "rest";
  /** What the answer shows. */
  answer: "annotation" | "batch" | "version" | "document" | "labels" | "revert" | "nothing";
  method: "POST" | "PUT" | "PATCH" | "DELETE";
  route: string;
  body?: object;
}

/** Whether every time it was sent it was refused. */
export function isRefused({ outcome, sends, refusals }: Operation): boolean {
  return outcome === "pending" && refusals >= sends;
}

/** Whether nothing is known of it. */
export function isPending({ outcome, refusals }: Operation): boolean {
  return outcome === "pending" && refusals === 0;
}
