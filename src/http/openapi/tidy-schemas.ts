import type { OpenApiDocument } from "./document.ts";

type Schemas = NonNullable<NonNullable<OpenApiDocument["components"]>["schemas"]>;
type Json = Record<string, unknown>;

/**
 * The component schemas in the form that client generators read best:
 * - A default goes into the description. Generators (openapi-typescript) make fields with a default required, also in
 *   inputs, where they are what a client may leave out.
 * - A tuple says its length, and what its items are: validators (Spectral) ask for `items` in every array.
 * - Messages of the wire get an example.
 */
export function tidySchemas(schemas: Schemas, examples: ReadonlyMap<string, unknown>): Schemas {
  const tidied = Object.entries(schemas).map(([name, schema]) => {
    const example = examples.get(name);
    return [name, { ...tidy(schema), ...(example !== undefined && { examples: [example] }) }] as const;
  });
  return Object.fromEntries(tidied);
}

/** A copy, with what is in it tidied first. */
function tidy(value: unknown): Json {
  if (!isJson(value)) return {};
  const entries = Object.entries(value).map(([key, member]) => [key, tidyMember(key, member)] as const);
  return completeTuple(describeDefault(Object.fromEntries(entries)));
}

function tidyMember(key: string, member: unknown): unknown {
  if (Array.isArray(member))
    return key === "enum" ? member : member.map((each: unknown) => (isJson(each) ? tidy(each) : each));
  if (!isJson(member)) return member;
  // Names of fields, not keywords: a field may be called `default`.
  if (key === "properties")
    return Object.fromEntries(Object.entries(member).map(([name, each]) => [name, tidy(each)]));
  return key === "default" || key === "discriminator" ? member : tidy(member);
}

function describeDefault({ default: value, ...schema }: Json): Json {
  if (value === undefined) return schema;
  const description = typeof schema["description"] === "string" ? `${schema["description"]}. ` : "";
  return { ...schema, description: `${description}Default: \`${JSON.stringify(value)}\`` };
}

/** Our tuples are points: both items have the same schema. */
function completeTuple(schema: Json): Json {
  const { prefixItems } = schema;
  if (!Array.isArray(prefixItems)) return schema;
  const { length } = prefixItems;
  return { ...schema, items: (prefixItems as unknown[])[0], minItems: length, maxItems: length };
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
