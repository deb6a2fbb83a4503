import { AcetateError } from "../../../src/client/acetate-error.ts";
import { AnnotationModel } from "../../../src/client/annotations/annotation-model.ts";
import type { Operation, OperationMessage } from "../../../src/client/outbox/operation.ts";
import { Outbox, type OwnStore } from "../../../src/client/outbox/outbox.ts";
import type { Conflict } from "../../../src/client/room-api.ts";
import type { Person } from "../../../src/protocol/model/person.ts";
import type { TinyService } from "./tiny-service.ts";

/** A store whose content a test can see, and that can be told to fail. */
export class TestStore implements OwnStore {
  readonly operations = new Map<string, Operation>();
  failing = false;

  async open(): Promise<void> {}

  async load(): Promise<Operation[]> {
    return [...this.operations.values()].map((operation) => structuredClone(operation));
  }

  async put(operations: readonly Operation[]): Promise<void> {
    if (this.failing) throw new Error("the disk is full");
    for (const operation of operations) this.operations.set(operation.opId, structuredClone(operation));
  }

  async remove(opIds: readonly string[]): Promise<void> {
    if (this.failing) throw new Error("the disk is full");
    for (const opId of opIds) this.operations.delete(opId);
  }
}

/** A model and an outbox on a service without a network: messages wait until the test lets them through. */
export class TinyClient {
  readonly outbox: Outbox;
  readonly model: AnnotationModel;
  readonly conflicts: Conflict[] = [];
  /** On their way to the service. */
  up: OperationMessage[] = [];
  #down: (() => void)[] = [];
  #seen = 0;
  readonly #service: TinyService;
  readonly #who: Person | null;

  constructor(service: TinyService, store: OwnStore = new TestStore(), who: Person | null = null) {
    this.#service = service;
    this.#who = who;
    this.outbox = new Outbox({
      store,
      send: (messages) => this.up.push(...structuredClone(messages)),
      stamp: (message) => this.model.stamp(message),
    });
    this.model = new AnnotationModel({
      documentId: "d",
      author: () => who,
      outbox: this.outbox,
      conflict: (conflict) => this.conflicts.push(conflict),
    });
    this.connect();
  }

  /** Like a fresh join, or one that is resumed. */
  connect(resume = false): void {
    if (resume) this.#hear();
    else {
      const active = [...this.#service.annotations.values()].filter(({ status }) => status === "active");
      this.model.load(active, this.#service.head);
    }
    this.#seen = this.#service.head;
    this.model.publish();
    this.outbox.resume();
  }

  /** What is on its way, in both directions, is lost. What the service has already done stays done. */
  disconnect(): void {
    this.outbox.pause();
    this.up = [];
    this.#down = [];
  }

  /** The service takes the next message; its answer is on the way then. */
  deliver(): void {
    const message = this.up.shift();
    if (!message) return;
    // What others did before it comes before its answer.
    this.#announce(this.#service.head);
    const answer = this.#service.perform(message, this.#who ?? { id: null, name: null });
    if (answer.type === "ack") {
      if (!answer.duplicate) this.#seen = this.#service.head;
      this.#down.push(() => {
        this.model.acknowledge(answer.opId, answer.annotation);
        this.outbox.acknowledge(answer.opId);
      });
    } else {
      const error = new AcetateError(answer.code, answer.code, { current: answer.current });
      this.#down.push(() => {
        const entry = this.outbox.find(answer.opId);
        if (entry && !this.model.refuse(entry, error)) this.outbox.refuse(answer.opId, error);
      });
    }
  }

  /** Reads everything that the service has sent. */
  read(): void {
    this.#announce(this.#service.head);
    for (const act of this.#down) act();
    this.#down = [];
    this.model.publish();
  }

  /** Until nothing is on its way. */
  async settle(): Promise<void> {
    do {
      await pass();
      while (this.up.length > 0) this.deliver();
      this.read();
      await pass();
    } while (this.up.length > 0);
  }

  #announce(head: number): void {
    const changes = this.#service.log.slice(this.#seen, head);
    this.#seen = Math.max(this.#seen, head);
    if (changes.length > 0) this.#down.push(() => this.model.receive(changes));
  }

  #hear(): void {
    this.#announce(this.#service.head);
    this.read();
  }
}

/** Lets the outbox store and send what is due. */
export async function pass(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
