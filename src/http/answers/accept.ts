/**
 * The quality, 0–1, that an `Accept` header gives a media type (RFC 9110 §12.5.1); 0: the client does not want it.
 * Without the header every type will do. The most specific range counts: the type itself, then all of its group, then
 * all types.
 */
export function acceptedQuality(accept: string | undefined, type: string): number {
  if (accept === undefined) return 1;
  const qualities = new Map<string, number>();
  for (const part of accept.toLowerCase().split(",")) {
    const [range = "", ...parameters] = part.split(";").map((text) => text.trim());
    const [weight = "1"] = parameters.flatMap(
      (text) => /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(text)?.[1] ?? [],
    );
    qualities.set(range, Number(weight));
  }
  const ranges = [type, `${type.slice(0, type.indexOf("/"))}/*`, "*/*"];
  return ranges.map((range) => qualities.get(range)).find((quality) => quality !== undefined) ?? 0;
}
