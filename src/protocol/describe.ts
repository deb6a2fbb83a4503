import * as z from "zod/mini";

/*
 * What OpenAPI says of a schema beside its shape. Each function leaves the schema as it is and returns another one that
 * accepts the same. zod/mini's own `describe` and `meta` are checks: each would run whenever something is parsed.
 */

/** With a description, for a field. */
export function describe<T extends z.ZodMiniType>(schema: T, description: string): T {
  return meta(schema, { description });
}

/** With a name and a description, as one of OpenAPI's components. */
export function component<T extends z.ZodMiniType>(schema: T, id: string, description: string): T {
  return meta(schema, { id, description });
}

/** With any keywords of JSON Schema. */
export function meta<T extends z.ZodMiniType>(schema: T, keywords: z.core.GlobalMeta): T {
  const copy = schema.clone();
  z.globalRegistry.add(copy, keywords);
  return copy;
}
