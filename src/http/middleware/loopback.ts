/** Names of this very machine, as they stand at the start of an address or in `Host`. Cheaper than parsing the address. */
const LOOPBACK = String.raw`(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?`;
const LOOPBACK_URL = new RegExp(String.raw`^https?://${LOOPBACK}(?:[/?#]|$)`, "i");
const LOOPBACK_HOST = new RegExp(`^${LOOPBACK}$`, "i");

/** Whether a request was made to a loopback name: a foreign name that resolves to 127.0.0.1 is not one (DNS rebinding). */
export function isLoopbackRequest(request: Request): boolean {
  const host = request.headers.get("Host");
  return isLoopbackUrl(request.url) && (host === null || LOOPBACK_HOST.test(host));
}

/** Of an address or an origin. */
export function isLoopbackUrl(url: string): boolean {
  return LOOPBACK_URL.test(url);
}
