/** The token that the page was opened with, in the fragment, which no server sees. null: none. */
export function readToken(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get("token");
}

/** The address of a document's page. It hands the token on. */
export function documentAddress(id: string): string {
  return `/d/${encodeURIComponent(id)}${location.hash}`;
}

/** The address of the list. */
export function listAddress(): string {
  return `/${location.hash}`;
}
