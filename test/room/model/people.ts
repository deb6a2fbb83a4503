/** Who does what, and how resources say it: computed without the service's own code. */

export interface Who {
  id: string | null;
  name: string | null;
}

/** Someone by their short name: with a token, or without where the service runs open. */
export function whoIs(shortName: string, secured: boolean): Who {
  const name = displayName(shortName);
  return secured ? { id: shortName, name } : { id: name, name: null };
}

/** Not ASCII, as names are. */
export function displayName(shortName: string): string {
  return `${shortName} é ☂`;
}

/** Of a resource without an author. */
export interface NamedSignature {
  updated_by: string | null;
  updated_by_name: string | null;
}
export function namedSignature({ id, name }: Who): NamedSignature {
  return { updated_by: id, updated_by_name: name };
}

/** Of one that has an author: their name is not said twice. */
export interface Signature {
  updated_by: string | null;
  updated_by_name?: string | null | undefined;
}
export function signature(author: string | null, { id, name }: Who): Signature {
  return id === author ? { updated_by: id } : { updated_by: id, updated_by_name: name };
}
