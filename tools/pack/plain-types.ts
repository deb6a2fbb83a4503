import {
  type Checker,
  ElementFlags,
  type Project,
  type Symbol as TypeSymbol,
  SymbolFlags,
  type Type,
  TypeFlags,
} from "typescript/unstable/sync";
import { formOf, SchemaTexts } from "./schema-texts.ts";

/** A type that has a name. */
interface Named {
  type: Type;
  /** As in `<T>`. Constraints are not written. */
  parameters: string[];
  /** A comment, or nothing. */
  comment: string;
}

interface Field {
  name: string;
  /** Its value, if it can have only one. */
  literal: string | null;
  isOptional: boolean;
  value: Type;
}

/** How a type is written: for people, or as what types are compared by. */
type Style = "declaration" | "fingerprint";

/**
 * Writes types that the sources make of zod schemas as declarations that need nothing else. A type that has a name goes
 * by it wherever it comes.
 */
export class PlainTypes {
  readonly #checker: Checker;
  readonly #texts = new SchemaTexts();
  readonly #named = new Map<string, Named>();
  readonly #nameByFingerprint = new Map<string, string>();
  readonly #fingerprints = new Map<number, string>();
  readonly #wanted = new Set<string>();

  /** @param files those whose types have names */
  constructor({ checker, program }: Project, files: readonly string[]) {
    this.#checker = checker;
    for (const file of files.toSorted()) {
      const source = program.getSourceFile(file);
      const module = source && checker.getSymbolAtLocation(source);
      for (const symbol of module ? checker.getExportsOfModule(module) : []) this.#addName(symbol);
    }
    for (const [name, { type, parameters }] of this.#named) {
      if (parameters.length > 0) continue;
      const fingerprint = this.#fingerprint(type);
      // A short one says more than its name.
      if (fingerprint.length > 40 && !this.#nameByFingerprint.has(fingerprint)) {
        this.#nameByFingerprint.set(fingerprint, name);
      }
    }
  }

  /** The declarations of these types, and of all that they refer to. */
  declare(names: Iterable<string>): string {
    for (const name of names) this.#wanted.add(name);
    const declarations = new Map<string, string>();
    // Printing one may add others.
    for (const name of this.#wanted) declarations.set(name, this.#declare(name));
    return [...declarations]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, text]) => text)
      .join("\n");
  }

  #addName(symbol: TypeSymbol): void {
    const target = symbol.flags & SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
    if (!(target.flags & (SymbolFlags.TypeAlias | SymbolFlags.Interface))) return;
    const type = this.#checker.getDeclaredTypeOfSymbol(target);
    if (this.#named.has(symbol.name)) return;
    const parameters = parametersOf(type, target).map((parameter) => parameter.getSymbol()?.name ?? "");
    this.#named.set(symbol.name, { type, parameters, comment: this.#commentOf(target) });
  }

  #commentOf(symbol: TypeSymbol): string {
    const text = this.#checker.getDocumentationCommentOfSymbol(symbol);
    const tags = this.#checker.getJsDocTagsOfSymbol(symbol).map((tag) => `@${tag.name}\n${tag.text ?? ""}`);
    return printComment([text, ...tags].filter((part) => part !== "").join("\n\n"), "");
  }

  #declare(name: string): string {
    const named = this.#named.get(name);
    if (!named) throw new Error(`The package can't write the type ${name}: no file of schemas has it`);
    const comment = named.comment || this.#commentOfObject(named.type);
    const head = `${comment}export type ${name}${named.parameters.length > 0 ? `<${named.parameters.join(", ")}>` : ""}`;
    const alias = this.#nameByFingerprint.get(this.#fingerprint(named.type));
    if (alias !== undefined && alias !== name) {
      this.#wanted.add(alias);
      return `${head} = ${alias};\n`;
    }
    const structure = this.#printStructure(named.type, "declaration", "");
    // One that is no object may be a union of many.
    const isLong = structure.length > 100 && !structure.includes("\n");
    return `${head} =${isLong ? breakUnion(structure) : ` ${structure}`};\n`;
  }

  #commentOfObject(type: Type): string {
    if (!type.isObjectType()) return "";
    return printComment(this.#texts.findObject(formOf(this.#fieldsOf(type)))?.description ?? "", "");
  }

  #fingerprint(type: Type): string {
    let fingerprint = this.#fingerprints.get(type.id);
    if (fingerprint === undefined) {
      fingerprint = this.#printStructure(type, "fingerprint", "");
      this.#fingerprints.set(type.id, fingerprint);
    }
    return fingerprint;
  }

  #print(type: Type, style: Style, indent: string): string {
    if (style === "fingerprint") return this.#fingerprint(type);
    const name = this.#nameByFingerprint.get(this.#fingerprint(type)) ?? this.#nameObject(type);
    if (name === undefined) return this.#printStructure(type, style, indent);
    this.#wanted.add(name);
    return name;
  }

  /** Gives an object the name that its schema has, unless another form of it (input or output) has that already. */
  #nameObject(type: Type): string | undefined {
    if (!type.isObjectType() || this.#checker.isArrayLikeType(type)) return undefined;
    const name = this.#texts.findObject(formOf(this.#fieldsOf(type)))?.name;
    if (name === undefined || this.#named.has(name)) return undefined;
    this.#named.set(name, { type, parameters: [], comment: "" });
    this.#nameByFingerprint.set(this.#fingerprint(type), name);
    return name;
  }

  #fieldsOf(type: Type): Field[] {
    return this.#checker.getPropertiesOfType(type).map((symbol) => {
      const value = this.#checker.getTypeOfSymbol(symbol);
      if (!value) throw new Error(`${symbol.name} has no type`);
      const literal = value.isStringLiteralType() ? value.value : null;
      return { name: symbol.name, literal, isOptional: (symbol.flags & SymbolFlags.Optional) !== 0, value };
    });
  }

  #printStructure(type: Type, style: Style, indent: string): string {
    if (type.isUnionType()) return this.#printUnion(type.getTypes(), style, indent);
    if (type.isLiteralType()) return JSON.stringify(type.value);
    if (type.isIntrinsicType()) return type.intrinsicName;
    if (type.isTypeParameter()) return type.getSymbol()?.name ?? "";
    if (type.isTypeReference() && type.getTarget().isTupleType())
      return this.#printTuple(type, style, indent);
    if (this.#checker.isArrayType(type) && type.isTypeReference())
      return this.#printArray(type, style, indent);
    if (type.isObjectType() || type.isIntersectionType()) return this.#printObject(type, style, indent);
    throw new Error(`The package can't write the type ${this.#checker.typeToString(type)}`);
  }

  #printUnion(types: readonly Type[], style: Style, indent: string): string {
    const isBoolean = types.filter(({ flags }) => flags & TypeFlags.BooleanLiteral).length === 2;
    const others = isBoolean ? types.filter(({ flags }) => !(flags & TypeFlags.BooleanLiteral)) : types;
    const values = others.filter(({ flags }) => !(flags & TypeFlags.Nullable));
    const empty = others.filter(({ flags }) => flags & TypeFlags.Nullable);
    // A union that has a name may be part of a larger one: `Annotation | undefined`.
    const name = empty.length > 0 && values.length > 1 ? this.#nameOfUnion(values) : undefined;
    const printed = [
      ...(style === "declaration" && name !== undefined
        ? [name]
        : values.map((one) => this.#print(one, style, indent))),
      ...(isBoolean ? ["boolean"] : []),
      ...empty.map((one) => this.#print(one, style, indent)),
    ];
    if (style === "fingerprint") printed.sort();
    return printed.join(" | ");
  }

  #nameOfUnion(types: readonly Type[]): string | undefined {
    const fingerprint = types
      .map((type) => this.#fingerprint(type))
      .toSorted()
      .join(" | ");
    const name = this.#nameByFingerprint.get(fingerprint);
    if (name !== undefined) this.#wanted.add(name);
    return name;
  }

  #printTuple(type: Parameters<Checker["getTypeArguments"]>[0], style: Style, indent: string): string {
    const target = type.getTarget();
    const flags = target.isTupleType() ? target.elementFlags : [];
    const items = this.#checker.getTypeArguments(type).map((item, index) => {
      const text = this.#print(item, style, indent);
      if ((flags[index] ?? 0) & ElementFlags.Rest) return `...${wrap(text)}[]`;
      return (flags[index] ?? 0) & ElementFlags.Optional ? `${wrap(text)}?` : text;
    });
    return `[${items.join(", ")}]`;
  }

  #printArray(type: Parameters<Checker["getTypeArguments"]>[0], style: Style, indent: string): string {
    const [item] = this.#checker.getTypeArguments(type);
    const isReadonly = type.getTarget().getSymbol()?.name === "ReadonlyArray";
    return `${isReadonly ? "readonly " : ""}${wrap(item ? this.#print(item, style, indent) : "unknown")}[]`;
  }

  #printObject(type: Type, style: Style, indent: string): string {
    const [index] = this.#checker.getIndexInfosOfType(type);
    if (index) return `Record<string, ${this.#print(index.valueType, style, indent)}>`;
    const inner = style === "declaration" ? `${indent}  ` : "";
    const fields = this.#fieldsOf(type);
    const form = formOf(fields);
    const printed = fields.map(({ name, isOptional, value }) => {
      const text = `${name}${isOptional ? "?" : ""}: ${this.#print(value, style, inner)};`;
      if (style === "fingerprint") return text;
      return `${printComment(this.#texts.findText(form, name) ?? "", inner)}${inner}${text}\n`;
    });
    if (style === "fingerprint") return `{ ${printed.sort().join(" ")} }`;
    return `{\n${printed.join("")}${indent}}`;
  }
}

function parametersOf(type: Type, symbol: TypeSymbol): readonly Type[] {
  if (type.isClassOrInterface()) return type.getTypeParameters();
  return type.getAliasSymbol()?.id === symbol.id ? type.getAliasTypeArguments() : [];
}

/** So that `[]` is of all of it. */
function wrap(text: string): string {
  return /^\w+$/.test(text) || (text.startsWith("{") && !text.includes("} | ")) ? text : `(${text})`;
}

function breakUnion(text: string): string {
  return `\n  | ${text.split(" | ").join("\n  | ")}`;
}

function printComment(text: string, indent: string): string {
  if (text === "") return "";
  const lines = text.trimEnd().split("\n");
  if (lines.length === 1) return `${indent}/** ${text} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}
