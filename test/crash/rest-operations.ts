import { annotationBatchResultSchema, annotationSchema } from "../../src/protocol/model/annotation.ts";
import { updatesAppendedSchema } from "../../src/protocol/model/changes.ts";
import { documentSchema } from "../../src/protocol/model/document.ts";
import { labelSetSchema } from "../../src/protocol/model/label-set.ts";
import { revertResultSchema, versionSchema } from "../../src/protocol/model/version.ts";
import { printAnnotations, printDocument, printLabels, printRevert } from "./change.ts";
import type { Ledger } from "./ledger.ts";
import type { Operation, RestSend } from "./operation.ts";
import { type RestOutcome, write } from "./rest-client.ts";

/** Sends an operation over REST, for the first time or again, and writes what it came to into the ledger. */
export async function sendOverRest(
  service: URL,
  ledger: Ledger,
  operation: Operation,
): Promise<RestOutcome["status"]> {
  const { opId, send, deletes } = operation;
  if (send.via !== "rest") throw new Error(`${opId} goes over a socket`);
  ledger.sending(operation);
  const outcome = await write(service, { ...send, key: opId });
  if (outcome.status === "refused") ledger.refused(opId);
  if (outcome.status !== "answered") return outcome.status;
  const seq = tellAnswer(ledger, send, outcome.value);
  // REST does not say whether it was a repeat: only the seq tells.
  ledger.acked(opId, seq, operation.outcome !== "pending");
  if (deletes) ledger.tellDeleted(deletes.id, deletes.version + 1);
  return "answered";
}

/** The seq of what the answer shows. */
function tellAnswer(ledger: Ledger, { answer }: RestSend, value: unknown): number | "done" {
  switch (answer) {
    case "annotation": {
      const annotation = annotationSchema.parse(value);
      ledger.tell({ seq: annotation.seq, print: printAnnotations([annotation]) });
      ledger.tellAnnotations([annotation]);
      return annotation.seq;
    }
    case "batch": {
      const { seq, annotations } = annotationBatchResultSchema.parse(value);
      ledger.tell({ seq, print: printAnnotations(annotations) });
      ledger.tellAnnotations(annotations);
      return seq;
    }
    case "version": {
      const version = versionSchema.parse(value);
      ledger.tellVersion(version);
      return version.seq;
    }
    case "document": {
      const document = documentSchema.parse(value);
      ledger.tell({ seq: document.seq, print: printDocument(document) });
      return document.seq;
    }
    case "labels": {
      const labelSet = labelSetSchema.parse(value);
      ledger.tell({ seq: labelSet.seq, print: printLabels(labelSet) });
      return labelSet.seq;
    }
    case "revert": {
      const { document, version, annotations } = revertResultSchema.parse(value);
      ledger.tell({ seq: document.seq, print: printRevert(version.id) });
      ledger.tellAnnotations(annotations);
      return document.seq;
    }
    case "nothing":
      return "done";
  }
}

/** Several updates in one request: all or none. Each has its own opId, and can be sent again over a socket. */
export async function appendOverRest(
  service: URL,
  ledger: Ledger,
  operations: readonly Operation[],
): Promise<RestOutcome["status"]> {
  const updates = operations.flatMap(({ send }) => {
    if (send.via !== "socket" || send.message.type !== "update") return [];
    const { opId, deltaB64 } = send.message;
    return [{ op_id: opId, base_version: ledger.head, actor_id: "crash-test", delta_b64: deltaB64 }];
  });
  for (const operation of operations) ledger.sending(operation);
  const route = `/v1/documents/${ledger.documentId}/updates`;
  const outcome = await write(service, { method: "POST", route, body: { updates } });
  if (outcome.status === "refused") for (const { opId } of operations) ledger.refused(opId);
  if (outcome.status !== "answered") return outcome.status;
  const { acks } = updatesAppendedSchema.parse(outcome.value);
  for (const { op_id: opId, seq, duplicate } of acks) ledger.acked(opId, seq, duplicate);
  return "answered";
}
