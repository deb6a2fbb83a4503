import type { Annotation, AnnotationInput } from "../../src/protocol/model/annotation.ts";
import { printUpdate } from "./change.ts";
import type { Operation, OperationMessage } from "./operation.ts";
import type { Random } from "./random.ts";

/** A document has about this many annotations at most, so that lists stay short enough to be compared every round. */
const ANNOTATIONS_ENOUGH = 600;

/** Makes one writer's operations: each opId once, each delta once. */
export class OperationMaker {
  readonly #name: string;
  readonly #random: Random;
  #count = 0;

  /** @param name once in all rounds: opIds start with it */
  constructor(name: string, random: Random) {
    this.#name = name;
    this.#random = random;
  }

  nextOpId(): string {
    return `${this.#name}-${this.#count++}`;
  }

  /** A delta of mostly a few bytes, now and then of some KiB, that starts with its opId. */
  update(): Operation {
    const opId = this.nextOpId();
    const length = this.#random.chance(0.01) ? this.#random.int(1_000, 20_000) : this.#random.int(1, 120);
    const delta = Buffer.concat([Buffer.from(`${opId};`), this.#random.bytes(length)]);
    return toOperation({ type: "update", opId, baseVersion: 0, deltaB64: delta.toString("base64") });
  }

  /** Draws, changes or deletes one annotation, or draws a few in one batch. */
  annotation(known: readonly Annotation[], documentCount: number): Operation {
    const random = this.#random;
    const opId = this.nextOpId();
    const active = known.filter(({ status }) => status === "active");
    const enough = documentCount >= ANNOTATIONS_ENOUGH;
    if (active.length === 0 || random.chance(enough ? 0.02 : 0.3)) {
      if (random.chance(0.8)) {
        return toOperation({ type: "annotation.create", opId, annotation: this.input(opId, 0) });
      }
      const operations = Array.from({ length: random.int(2, 5) }, (_, index) => ({
        op: "create" as const,
        ...this.input(opId, index),
      }));
      return toOperation({ type: "annotation.batch", opId, operations });
    }
    const { id, version } = random.pick(active);
    if (random.chance(enough ? 0.01 : 0.1)) {
      return toOperation({ type: "annotation.delete", opId, id, version });
    }
    const patch = { text: opId, z_index: random.int(-100, 100), style: { opacity: random.next() } };
    return toOperation({ type: "annotation.update", opId, id, version, patch });
  }

  /** One that shows its opId, with an id of its own. */
  input(opId: string, index: number): AnnotationInput & { id: string } {
    const random = this.#random;
    const common = {
      id: random.uuid(),
      text: opId,
      labels: random.chance(0.3) ? ["crash", `part ${index}`] : [],
      properties: random.chance(0.3) ? { nested: { count: random.int(0, 9) } } : {},
      style: {},
      z_index: random.int(0, 9),
    };
    const at = () => random.int(0, 4_000) / 4;
    if (random.chance(0.7)) {
      return { ...common, type: "box", geometry: { x: at(), y: at(), width: at() + 1, height: at() + 1 } };
    }
    const points = Array.from({ length: random.int(2, 60) }, (): [number, number] => [at(), at()]);
    return { ...common, type: "freehand", geometry: { points } };
  }
}

/** The operation that a socket sends with this message. */
export function toOperation(message: OperationMessage): Operation {
  return {
    opId: message.opId,
    send: { via: "socket", message },
    ...(message.type === "update" && { print: printUpdate(message.deltaB64) }),
    ...(message.type === "annotation.create" && { creates: [message.annotation.id ?? ""] }),
    ...(message.type === "annotation.delete" && {
      deletes: { id: message.id, version: message.version ?? 1 },
    }),
    ...(message.type === "annotation.batch" && {
      creates: message.operations.flatMap((each) => (each.op === "create" ? [each.id ?? ""] : [])),
    }),
    sends: 0,
    refusals: 0,
    outcome: "pending",
  };
}
