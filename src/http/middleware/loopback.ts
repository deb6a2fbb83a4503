/**
 * Names of this machine, at the start of an address or in `Host`. A regular expression is cheaper than parsing the
 * address.
 */
const LOOPBACK = String.raw`(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?`;
const LOOPBACK_URL = new RegExp(String.raw`^https?://${LOOPBACK}(?:[/?#]|$)`, "i");
const LOOPBACK_HOST = new RegExp(`^${LOOPBACK}$`, "i");

/**
 * Whether a request names a loopback host. A foreign name that resolves to 127.0.0.1 does not count (DNS rebinding).
 */
export function isLoopbackRequest(request: Request): boolean {
  const host = request.headers.get("Host");
  return isLoopbackUrl(request.url) && (host === null || LOOPBACK_HOST.test(host));
}

/** Whether an address or an origin names a loopback host. */
export function isLoopbackUrl(url: string): boolean {
  return LOOPBACK_URL.test(url);
}
