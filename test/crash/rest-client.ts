import * as z from "zod";
import { AcetateError } from "../../src/client/acetate-error.ts";
import { Http } from "../../src/client/rest/http.ts";
import { Service } from "../../src/client/service.ts";
import { TokenSource } from "../../src/client/token-source.ts";

/** What a request came to: an answer, a refusal, or nothing that says whether it was done. */
export type RestOutcome =
  | { status: "answered"; value: unknown }
  | { status: "refused" }
  | { status: "unknown" };

/** Tries once: the ledger is told what became of each try. */
function open(service: URL): Http {
  return new Http(new Service(service, new TokenSource(undefined), { tries: 1 }));
}

/** A write with an `Idempotency-Key`. Never rejects: a service that is gone is an outcome like others. */
export async function write(
  service: URL,
  { method, route, body, key }: { method: string; route: string; body?: object | undefined; key?: string },
): Promise<RestOutcome> {
  try {
    const value = await open(service).json<unknown>(method, route, { json: body, idempotencyKey: key });
    return { status: "answered", value };
  } catch (error) {
    const isRefused = error instanceof AcetateError && error.status !== null && error.status < 500;
    return { status: isRefused ? "refused" : "unknown" };
  }
}

/** An answer that must come. */
export async function read<S extends z.core.$ZodType>(
  service: URL,
  route: string,
  schema: S,
): Promise<z.output<S>> {
  return z.parse(schema, await open(service).json<unknown>("GET", route));
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
