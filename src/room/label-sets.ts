import type { LabelDefinition, LabelSet } from "../protocol/model/label-set.ts";

/** The label set of a document that never had labels: nothing is stored for it. */
export function emptyLabelSet(documentId: string, createdAt: string): LabelSet {
  const nobody = { updated_by: null, updated_by_name: null };
  return { document_id: documentId, labels: [], version: 1, seq: 1, ...nobody, updated_at: createdAt };
}

export function isSameLabels(a: readonly LabelDefinition[], b: readonly LabelDefinition[]): boolean {
  return a.length === b.length && a.every((label, index) => isSameLabel(label, b[index]));
}

function isSameLabel(label: LabelDefinition, other: LabelDefinition | undefined): boolean {
  return label.name === other?.name && label.color === other.color && label.key === other.key;
}
