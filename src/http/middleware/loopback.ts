/** Names of this very machine, as `URL` writes them. */
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether a request was made to a loopback name: a foreign name that resolves to 127.0.0.1 is not one (DNS rebinding). */
export function isLoopbackRequest(request: Request): boolean {
  const host = request.headers.get("Host");
  return isLoopbackUrl(request.url) && (host === null || isLoopbackUrl(`http://${host}`));
}

export function isLoopbackUrl(url: string): boolean {
  return LOOPBACK.has(URL.parse(url)?.hostname ?? "");
}
