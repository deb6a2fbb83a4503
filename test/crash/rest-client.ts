import * as z from "zod";

/** What a request came to: an answer, a refusal, or nothing that says whether it was done. */
export type RestOutcome =
  | { status: "answered"; value: unknown }
  | { status: "refused" }
  | { status: "unknown" };

/** A write with an `Idempotency-Key`. Never rejects: a service that is gone is an outcome like others. */
export async function write(
  service: URL,
  { method, route, body, key }: { method: string; route: string; body?: object | undefined; key?: string },
): Promise<RestOutcome> {
  try {
    const response = await fetch(new URL(route, service), {
      method,
      headers: {
        ...(body && { "content-type": "application/json" }),
        ...(key !== undefined && { "idempotency-key": key }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return { status: "answered", value: text === "" ? null : JSON.parse(text) };
    return { status: response.status < 500 ? "refused" : "unknown" };
  } catch {
    return { status: "unknown" };
  }
}

/** An answer that must come. */
export async function read<S extends z.core.$ZodType>(
  service: URL,
  route: string,
  schema: S,
): Promise<z.output<S>> {
  const response = await fetch(new URL(route, service));
  const text = await response.text();
  if (!response.ok) throw new Error(`GET ${route} answered ${response.status}: ${text}`);
  return z.parse(schema, JSON.parse(text));
}

/** All pages of a list. */
export async function readAll<T>(
  service: URL,
  route: string,
  schema: z.core.$ZodType<{ items: T[]; total: number }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; ; page++) {
    const separator = route.includes("?") ? "&" : "?";
    const { items, total } = await read(service, `${route}${separator}page=${page}&size=100`, schema);
    all.push(...items);
    if (items.length === 0 || all.length >= total) return all;
  }
}
