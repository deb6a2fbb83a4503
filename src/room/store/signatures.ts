import { type Signed, signedBy } from "../../protocol/model/person.ts";

/**
 * Who changed a row, as it is stored. Mostly that is the author, who is in the row already: then `updated_by` is empty.
 * null: nobody said, or an older service wrote the row.
 */
export type SignedRow = {
  version: number;
  author: string | null;
  author_name: string | null;
  updated_by: string | null;
  updated_by_name: string | null;
};

/** No subject and no name is empty. */
export const BY_AUTHOR = "";

/** Whoever made it wrote its first version, also where an older service did not note that. */
export function readSignature(row: SignedRow): Pick<Signed, "updated_by" | "updated_by_name"> {
  const { version, author, author_name, updated_by, updated_by_name } = row;
  if (version === 1 || updated_by === BY_AUTHOR) return signedBy(author, { id: author, name: author_name });
  return signedBy(author, { id: updated_by, name: updated_by_name });
}

/** The two columns. */
export function writeSignature({ author, updated_by, updated_by_name }: Signed): (string | null)[] {
  if (updated_by !== null && updated_by === author) return [BY_AUTHOR, null];
  return [updated_by, updated_by_name ?? null];
}
