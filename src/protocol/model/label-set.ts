import * as z from "zod/mini";
import { component, describe } from "../describe.ts";
import { LABEL_MAX, LABEL_SET_MAX } from "../limits.ts";
import { labelSchema } from "./annotation.ts";
import { idSchema, seqSchema, timestampSchema, versionNumberSchema } from "./scalars.ts";
import { namedUpdatedByShape } from "./signature.ts";

const texts = {
  name: "The label, as annotations have it",
  color: "The label's colour, #rrggbb: in a legend, and for new annotations",
  key: "The key that picks the label in an editor: one of 0–9 and a–z. null: none",
};

export const labelDefinitionSchema = component(
  z.object({
    name: describe(z.string(), texts.name),
    color: describe(z.string(), texts.color),
    key: describe(z.nullable(z.string()), texts.key),
  }),
  "LabelDefinition",
  "A label of a document's label set",
);
export type LabelDefinition = z.infer<typeof labelDefinitionSchema>;

export const labelSetSchema = component(
  z.object({
    document_id: describe(idSchema, "The document it belongs to"),
    labels: describe(z.array(labelDefinitionSchema), "The labels, in the order in which people see them"),
    version: describe(
      versionNumberSchema,
      "Rises by 1 with each change of the set. A new document has the empty set at version 1",
    ),
    seq: describe(seqSchema, "The seq of its last change. 1: it was never set"),
    ...namedUpdatedByShape,
    updated_at: describe(timestampSchema, "When it last changed"),
  }),
  "LabelSet",
  "The labels that a document offers. Annotations may have others all the same",
);
export type LabelSet = z.infer<typeof labelSetSchema>;

const labelDefinitionInputSchema = component(
  z.strictObject({
    name: describe(labelSchema, `${texts.name}: 1–${LABEL_MAX} characters after trimming`),
    color: describe(
      z.string().check(z.regex(/^#[0-9a-fA-F]{6}$/, "must be #rrggbb"), z.toLowerCase()),
      texts.color,
    ),
    key: describe(
      z._default(z.nullable(z.string().check(z.regex(/^[0-9a-z]$/, "must be one of 0–9 and a–z"))), null),
      texts.key,
    ),
  }),
  "LabelDefinitionInput",
  "A label for a document's label set",
);

/** A whole list of labels as it comes in. */
export const labelDefinitionsSchema = describe(
  z.array(labelDefinitionInputSchema).check(z.maxLength(LABEL_SET_MAX), (context) => {
    for (const member of ["name", "key"] as const) {
      const seen = new Set<string>();
      for (const [index, definition] of context.value.entries()) {
        const value = definition[member];
        if (value !== null && seen.has(value)) {
          const message = `must not repeat the ${member} of a label before it`;
          context.issues.push({ code: "custom", input: value, path: [index, member], message });
        } else if (value !== null) seen.add(value);
      }
    }
  }),
  `The labels, in the order in which people see them: at most ${LABEL_SET_MAX}. No name and no key may come twice`,
);

/** What `PUT /v1/documents/{id}/labels` and `labels.set` have in common. */
export const labelSetInputShape = {
  labels: labelDefinitionsSchema,
  version: describe(
    z.optional(versionNumberSchema),
    "The version that the change was made for. A stale one is refused with `stale_version`",
  ),
};

/** The body of `PUT /v1/documents/{id}/labels`. */
export const labelSetInputSchema = component(
  z.strictObject(labelSetInputShape),
  "LabelSetInput",
  "The labels that take the place of the document's label set",
);
export type LabelSetInput = z.infer<typeof labelSetInputSchema>;
/** A label as a client writes it: without a key, it has none. */
export type LabelDefinitionDraft = z.input<typeof labelDefinitionInputSchema>;
