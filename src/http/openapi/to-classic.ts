import * as z from "zod";

/** As a type: objects stay objects. Of all else only what goes in and comes out is known. */
type Classic<S extends z.core.$ZodType> =
  S extends z.core.$ZodObject<infer Shape, infer Config>
    ? z.ZodObject<Shape, Config>
    : z.ZodType<z.output<S>, z.input<S>>;

/** Each schema is rebuilt once. */
const rebuilt = new WeakMap<z.core.$ZodType, z.ZodType>();

/**
 * The same schema in the form that `@hono/zod-openapi` takes. The protocol is written with `zod/mini`: less than half of
 * zod's bytes for a page, but without the methods and the JSON Schema that OpenAPI is made of.
 */
export function toClassic<S extends z.core.$ZodType>(schema: S): Classic<S> {
  return rebuild(schema) as Classic<S>;
}

function rebuild(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodType) return schema;
  const known = rebuilt.get(schema);
  if (known) return known;
  const built = build(schema);
  refuseLoss(schema, built);
  const keywords = z.globalRegistry.get(schema);
  const classic = keywords ? built.meta(keywords) : built;
  rebuilt.set(schema, classic);
  return classic;
}

/** A subtype that `build` does not know (`z.url()` of strings, say) would lose what it checks. */
function refuseLoss(schema: z.core.$ZodType, built: z.ZodType): void {
  const lost = [...schema._zod.traits].find(
    (trait) => trait.startsWith("$") && !built._zod.traits.has(trait),
  );
  if (lost !== undefined) throw new Error(`toClassic can't rebuild ${lost} yet`);
}

/** Checks and texts of errors are the same in both forms. Only the types that the protocol uses are here. */
function build(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.core.$ZodUUID) return new z.ZodUUID(schema._zod.def);
  if (schema instanceof z.core.$ZodISODateTime) return new z.ZodISODateTime(schema._zod.def);
  if (schema instanceof z.core.$ZodString) return new z.ZodString(schema._zod.def);
  if (schema instanceof z.core.$ZodNumberFormat) return new z.ZodNumberFormat(schema._zod.def);
  if (schema instanceof z.core.$ZodNumber) return new z.ZodNumber(schema._zod.def);
  if (schema instanceof z.core.$ZodBoolean) return new z.ZodBoolean(schema._zod.def);
  if (schema instanceof z.core.$ZodNull) return new z.ZodNull(schema._zod.def);
  if (schema instanceof z.core.$ZodUnknown) return new z.ZodUnknown(schema._zod.def);
  if (schema instanceof z.core.$ZodNever) return new z.ZodNever(schema._zod.def);
  if (schema instanceof z.core.$ZodLiteral) return new z.ZodLiteral(schema._zod.def);
  if (schema instanceof z.core.$ZodEnum) return new z.ZodEnum(schema._zod.def);
  if (schema instanceof z.core.$ZodTransform) return new z.ZodTransform(schema._zod.def);
  return buildNested(schema);
}

function buildNested(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.core.$ZodObject) {
    const { def } = schema._zod;
    const shape = Object.entries(def.shape).map(([name, field]) => [name, rebuild(field)] as const);
    const catchall = def.catchall && { catchall: rebuild(def.catchall) };
    return new z.ZodObject({ ...def, shape: Object.fromEntries(shape), ...catchall });
  }
  if (schema instanceof z.core.$ZodArray) {
    const { def } = schema._zod;
    return new z.ZodArray({ ...def, element: rebuild(def.element) });
  }
  if (schema instanceof z.core.$ZodTuple) {
    const { def } = schema._zod;
    return new z.ZodTuple({ ...def, items: def.items.map(rebuild), rest: def.rest && rebuild(def.rest) });
  }
  if (schema instanceof z.core.$ZodRecord) {
    const { def } = schema._zod;
    return new z.ZodRecord({ ...def, valueType: rebuild(def.valueType) });
  }
  if (schema instanceof z.core.$ZodDiscriminatedUnion) {
    const { def } = schema._zod;
    return new z.ZodDiscriminatedUnion({ ...def, options: def.options.map(rebuild) });
  }
  if (schema instanceof z.core.$ZodUnion) {
    const { def } = schema._zod;
    return new z.ZodUnion({ ...def, options: def.options.map(rebuild) });
  }
  if (schema instanceof z.core.$ZodOptional) {
    const { def } = schema._zod;
    return new z.ZodOptional({ ...def, innerType: rebuild(def.innerType) });
  }
  if (schema instanceof z.core.$ZodNullable) {
    const { def } = schema._zod;
    return new z.ZodNullable({ ...def, innerType: rebuild(def.innerType) });
  }
  if (schema instanceof z.core.$ZodDefault) {
    const { def } = schema._zod;
    return new z.ZodDefault({ ...def, innerType: rebuild(def.innerType) });
  }
  if (schema instanceof z.core.$ZodPipe) {
    const { def } = schema._zod;
    return new z.ZodPipe({ ...def, in: rebuild(def.in), out: rebuild(def.out) });
  }
  throw new Error(`toClassic can't rebuild the type ${schema._zod.def.type} yet`);
}
