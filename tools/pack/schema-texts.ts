import * as z from "zod/mini";
import * as protocol from "../../src/protocol/index.ts";
import * as queries from "../../src/protocol/queries.ts";

export interface ObjectText {
  name: string;
  description: string;
}

/** What the protocol's schemas say beside their types: the names of objects, and what their fields mean. */
export class SchemaTexts {
  /** By object and field. null: two objects of the same form say different things. */
  readonly #texts = new Map<string, string | null>();
  readonly #objects = new Map<string, ObjectText>();
  readonly #seen = new Set<z.core.$ZodType>();

  constructor() {
    for (const value of Object.values({ ...protocol, ...queries })) {
      if (value instanceof z.core.$ZodType) this.#visit(value);
    }
  }

  /** What the object with this form (`formOf`) is called and what it is. */
  findObject(form: string): ObjectText | undefined {
    return this.#objects.get(form);
  }

  /** What a field of the object with this form means. */
  findText(form: string, field: string): string | undefined {
    return this.#texts.get(`${form}/${field}`) ?? undefined;
  }

  #visit(type: z.core.$ZodType): void {
    if (this.#seen.has(type)) return;
    this.#seen.add(type);
    const { def } = (type as z.core.$ZodTypes)._zod;
    if (def.type === "object") this.#visitObject(type, def.shape);
    else if (def.type === "array") this.#visit(def.element);
    else if (def.type === "record") this.#visit(def.valueType);
    else if (def.type === "pipe") [def.in, def.out].forEach((part) => this.#visit(part));
    else if (def.type === "tuple") def.items.forEach((item) => this.#visit(item));
    else if (def.type === "union") def.options.forEach((option) => this.#visit(option));
    else if ("innerType" in def) this.#visit(def.innerType);
  }

  #visitObject(type: z.core.$ZodType, shape: z.core.$ZodShape): void {
    const fields = Object.entries(shape);
    const form = formOf(fields.map(([name, field]) => ({ name, literal: literalOf(field) })));
    const { id: name, description = "" } = z.globalRegistry.get(type) ?? {};
    if (name !== undefined && !this.#objects.has(form)) this.#objects.set(form, { name, description });
    for (const [key, field] of fields) {
      const text = z.globalRegistry.get(field)?.description;
      const known = this.#texts.get(`${form}/${key}`);
      if (text !== undefined) {
        this.#texts.set(`${form}/${key}`, known === undefined || known === text ? text : null);
      }
      this.#visit(field);
    }
  }
}

/** What an object looks like from outside: the names of its fields, and the values of those that have just one. */
export function formOf(fields: readonly { name: string; literal: string | null }[]): string {
  return fields
    .map(({ name, literal }) => (literal === null ? name : `${name}=${literal}`))
    .sort()
    .join();
}

function literalOf(type: z.core.$ZodType): string | null {
  const { def } = (type as z.core.$ZodTypes)._zod;
  return def.type === "literal" && typeof def.values[0] === "string" ? def.values[0] : null;
}
