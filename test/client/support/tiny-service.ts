import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { OperationMessage } from "../../../src/client/outbox/operation.ts";
import { patchAnnotation } from "../../../src/client/annotations/patch.ts";
import { type Person, signAnew } from "../../../src/protocol/model/person.ts";
import { defaultStyle } from "../../../src/protocol/model/default-style.ts";

type Refusal = "stale_version" | "annotation_not_found" | "annotation_deleted";

/** What the service answers to an operation. */
export type Answer =
  | { type: "ack"; opId: string; annotation: Annotation; duplicate: boolean }
  | { type: "error"; opId: string; code: Refusal; current?: Annotation };

/**
 * The rules of annotations, without a network: versions, one order, and nothing twice. The torture test has the real
 * one.
 */
export class TinyService {
  readonly annotations = new Map<string, Annotation>();
  readonly log: Annotation[] = [];
  readonly #answers = new Map<string, { content: string; annotation: Annotation }>();

  get head(): number {
    return this.log.length;
  }

  perform(message: OperationMessage, by: Person): Answer {
    const { opId } = message;
    const content = JSON.stringify(message);
    const known = this.#answers.get(opId);
    if (known) {
      if (known.content !== content)
        throw new Error(`an opId with two contents: ${known.content} and ${content}`);
      return { type: "ack", opId, annotation: known.annotation, duplicate: true };
    }
    const decided = this.#decide(message, by);
    if ("code" in decided) return { type: "error", opId, ...decided };
    const annotation = decided.isChange ? this.#commit(decided.annotation) : decided.annotation;
    this.#answers.set(opId, { content, annotation });
    return { type: "ack", opId, annotation, duplicate: !decided.isChange };
  }

  #commit(annotation: Annotation): Annotation {
    const seq = this.head + 1;
    const stored = { ...annotation, seq, version: annotation.version + 1 };
    this.annotations.set(stored.id, stored);
    this.log.push(stored);
    return stored;
  }

  #decide(
    message: OperationMessage,
    by: Person,
  ): { annotation: Annotation; isChange: boolean } | { code: Refusal; current?: Annotation } {
    if (message.type === "annotation.create") {
      const { annotation } = message;
      const seq = this.head + 1;
      const at = new Date(0).toISOString();
      const made = {
        text: "",
        labels: [],
        properties: {},
        z_index: 0,
        ...annotation,
        id: annotation.id ?? "",
        document_id: "d",
        style: { ...defaultStyle, ...annotation.style },
        author: by.id,
        author_name: by.name,
        updated_by: by.id,
        status: "active",
        version: 0,
        seq,
        ordinal: seq * 512,
        created_at: at,
        updated_at: at,
      } as Annotation;
      return { annotation: made, isChange: true };
    }
    if (!("id" in message)) throw new Error(`not of annotations: ${message.type}`);
    const current = this.annotations.get(message.id);
    if (!current) return { code: "annotation_not_found" };
    if (message.type === "annotation.update") {
      if (current.status === "deleted") return { code: "annotation_deleted", current };
      if (current.version !== message.version) return { code: "stale_version", current };
      return { annotation: patchAnnotation(signAnew(current, by), message.patch), isChange: true };
    }
    const status = message.type === "annotation.delete" ? "deleted" : "active";
    const isChange = current.status !== status;
    return { annotation: isChange ? { ...signAnew(current, by), status } : current, isChange };
  }
}
