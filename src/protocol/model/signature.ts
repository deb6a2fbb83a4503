import * as z from "zod/mini";
import { describe } from "../describe.ts";

/** Who made a resource, and who changed it last; see person.ts. */

export const authorNameSchema = describe(
  z.nullable(z.string()),
  "The author's name in their token. null: there is none",
);

const texts = {
  updatedBy: "Who changed it last: made, changed, deleted, restored or reverted it. null: nobody said",
  updatedByName: "The name that `updated_by` had in their token. null: there is none",
};

/** Of a resource that has an author. */
export const updatedByShape = {
  updated_by: describe(z.nullable(z.string()), texts.updatedBy),
  updated_by_name: describe(
    z.optional(z.nullable(z.string())),
    `${texts.updatedByName}. Absent where \`updated_by\` is the \`author\`: see \`author_name\``,
  ),
};

/** Of a resource that has none. */
export const namedUpdatedByShape = {
  updated_by: updatedByShape.updated_by,
  updated_by_name: describe(z.nullable(z.string()), texts.updatedByName),
};
