import { setTimeout as sleep } from "node:timers/promises";
import { versionWithStateSchema } from "../../src/protocol/model/version.ts";
import { fingerprint } from "./change.ts";
import type { Ledger } from "./ledger.ts";
import type { OperationMaker } from "./make-operations.ts";
import type { Operation, RestSend } from "./operation.ts";
import type { Random } from "./random.ts";
import { read } from "./rest-client.ts";
import { appendOverRest, sendOverRest } from "./rest-operations.ts";

export interface RestWriterOptions {
  service: URL;
  ledger: Ledger;
  maker: OperationMaker;
  random: Random;
  reverts: boolean;
}

/** Requests of one writer at a time. */
const CONCURRENCY = 4;
/** Of the versions this part is read as soon as it is made, to be compared after the crash. */
const READ_AT_ONCE = 0.3;

/** One client that does everything that REST offers for a document, as fast as it is answered. */
export class RestWriter {
  readonly #options: RestWriterOptions;
  readonly #stop = new AbortController();

  constructor(options: RestWriterOptions) {
    this.#options = options;
  }

  /** Writes until `stop`. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: CONCURRENCY }, () => this.#loop()));
  }

  stop(): void {
    this.#stop.abort();
  }

  async #loop(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const status = await this.#writeOne();
      // The service may be about to go.
      if (status === "unknown") await sleep(50);
    }
  }

  #writeOne(): Promise<string> {
    const { random, service, ledger, maker, reverts } = this.#options;
    const choice = random.next();
    if (choice < 0.2) return this.#append();
    if (choice < 0.35) return this.#makeVersion();
    if (choice < 0.4) return sendOverRest(service, ledger, this.#rename());
    if (choice < 0.45) return sendOverRest(service, ledger, this.#setLabels());
    if (reverts && choice < 0.6) {
      const version = random.sample([...ledger.versions.values()], 1)[0];
      if (version) return sendOverRest(service, ledger, this.#revert(version.id));
    }
    const known = random.sample([...ledger.annotations.values()], 30);
    const operation = toRest(maker.annotation(known, ledger.annotations.size), ledger.documentId);
    return sendOverRest(service, ledger, operation);
  }

  #append(): Promise<string> {
    const { random, service, ledger, maker } = this.#options;
    const group = maker.nextOpId();
    const operations = Array.from({ length: random.int(1, 20) }, () => ({ ...maker.update(), group }));
    return appendOverRest(service, ledger, operations);
  }

  async #makeVersion(): Promise<string> {
    const { random, service, ledger, maker } = this.#options;
    const opId = maker.nextOpId();
    const route = "/v1/versions";
    const body = { document_id: ledger.documentId, label: opId };
    const operation = make(opId, { via: "rest", answer: "version", method: "POST", route, body });
    const status = await sendOverRest(service, ledger, operation);
    const made = [...ledger.versions.values()].find(({ label }) => label === opId);
    if (made && random.chance(READ_AT_ONCE)) await noteVersionState(service, ledger, made.id).catch(() => {});
    return status;
  }

  #rename(): Operation {
    const { ledger, maker, random } = this.#options;
    const opId = maker.nextOpId();
    const route = `/v1/documents/${ledger.documentId}`;
    const body = { title: opId, metadata: { [`key ${random.int(0, 20)}`]: random.int(0, 1_000) } };
    return make(opId, { via: "rest", answer: "document", method: "PATCH", route, body });
  }

  #setLabels(): Operation {
    const { ledger, maker } = this.#options;
    const opId = maker.nextOpId();
    const route = `/v1/documents/${ledger.documentId}/labels`;
    const body = { labels: [{ name: opId, color: "#00c853", key: "1" }] };
    return make(opId, { via: "rest", answer: "labels", method: "PUT", route, body });
  }

  #revert(versionId: string): Operation {
    const { ledger, maker } = this.#options;
    const route = `/v1/versions/${versionId}/revert?document_id=${ledger.documentId}`;
    return make(maker.nextOpId(), { via: "rest", answer: "revert", method: "POST", route });
  }
}

function make(opId: string, send: RestSend): Operation {
  return { opId, send, sends: 0, refusals: 0, outcome: "pending" };
}

/** The same operation as a request. */
function toRest(operation: Operation, documentId: string): Operation {
  const { send } = operation;
  if (send.via !== "socket") return operation;
  const { message } = send;
  const at = (id: string) => `/v1/annotations/${id}?document_id=${documentId}`;
  switch (message.type) {
    case "annotation.create": {
      const body = { document_id: documentId, ...message.annotation };
      const route = "/v1/annotations";
      return { ...operation, send: { via: "rest", answer: "annotation", method: "POST", route, body } };
    }
    case "annotation.update": {
      const body = { version: message.version, ...message.patch };
      const route = at(message.id);
      return { ...operation, send: { via: "rest", answer: "annotation", method: "PATCH", route, body } };
    }
    case "annotation.restore": {
      const [path = "", query = ""] = at(message.id).split("?");
      const version = message.version === undefined ? "" : `&version=${message.version}`;
      const route = `${path}/restore?${query}${version}`;
      return { ...operation, send: { via: "rest", answer: "annotation", method: "POST", route } };
    }
    case "annotation.delete": {
      const route = `${at(message.id)}${message.version === undefined ? "" : `&version=${message.version}`}`;
      return { ...operation, send: { via: "rest", answer: "nothing", method: "DELETE", route } };
    }
    case "annotation.batch": {
      const body = { document_id: documentId, operations: message.operations };
      const route = "/v1/annotations/batch";
      return { ...operation, send: { via: "rest", answer: "batch", method: "POST", route, body } };
    }
    case "comment.create":
    case "comment.update":
    case "comment.delete":
    case "labels.set":
    case "update":
      return operation;
  }
}

/** Reads a version's state and keeps its fingerprint: from now on it must stay that. */
export async function noteVersionState(service: URL, ledger: Ledger, versionId: string): Promise<void> {
  const route = `/v1/versions/${versionId}?document_id=${ledger.documentId}`;
  const version = await read(service, route, versionWithStateSchema);
  if (!ledger.versionStates.has(versionId)) ledger.versionStates.set(versionId, fingerprint(version));
}
