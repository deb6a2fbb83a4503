/*
 * Who made something, and who changed it last. Members of resources say it: `author` and `author_name`, `updated_by`
 * and `updated_by_name`. No zod here: pages read it, too.
 */

/** Who did something. */
export interface Person {
  /** The subject of their token. Without tokens: what they call themselves. null: nobody said. */
  id: string | null;
  /** The name in their token. null: there is none. */
  name: string | null;
}

/** What a resource says of its author and of who changed it last. */
export interface Signed {
  author: string | null;
  author_name: string | null;
  updated_by: string | null;
  updated_by_name?: string | null | undefined;
}

/** The members that say who changed it last. The name is left out where they are the author: it is there already. */
export function signedBy(
  author: string | null,
  { id, name }: Person,
): Pick<Signed, "updated_by" | "updated_by_name"> {
  return { updated_by: id, ...(id !== author && { updated_by_name: name }) };
}

/** A resource as somebody has changed it. These members are the last ones, so that their order is always the same. */
export function signAnew<T extends Signed>(resource: T, by: Person): T {
  const signed = { ...resource, ...signedBy(resource.author, by) };
  // That of whoever changed it before.
  if (by.id === resource.author) delete signed.updated_by_name;
  return signed;
}

/** Who made it. */
export function authorOf({ author, author_name }: Pick<Signed, "author" | "author_name">): Person {
  return { id: author, name: author_name };
}

/**
 * Who changed it last. For a resource without an author (a document, a label set) too.
 *
 * @example
 * const { id, name } = updaterOf(annotation);
 * console.log(`Changed by ${name ?? id ?? "somebody"}`);
 */
export function updaterOf(resource: Signed | Omit<Signed, "author" | "author_name">): Person {
  const { updated_by: id, updated_by_name: name } = resource;
  if (name !== undefined) return { id, name };
  return { id, name: id !== null && "author_name" in resource ? resource.author_name : null };
}
