import path from "node:path";
import { unstable_getVarsForDev } from "wrangler";
import { configSchema, describeBadVariables } from "../src/config.ts";
import { UsageError } from "./project.ts";
import { readProjectConfig } from "./project-config.ts";

/**
 * Checks the variables that a local run at `root` will have: those of `wrangler.toml` and `.dev.vars`, with `overrides`
 * on top. Throws a `UsageError` that lists the bad ones. Without this the service would start, and refuse each request,
 * or ignore a name that is written wrong.
 */
export function checkVariables(root: string, overrides: Readonly<Record<string, string>>): void {
  const names = Object.keys(configSchema.shape);
  const unknown = Object.keys(overrides).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`--var ${unknown}: there is no such variable. There are: ${names.join(", ")}`);
  }
  const { vars } = readProjectConfig(root);
  const bindings = unstable_getVarsForDev(path.join(root, "wrangler.toml"), undefined, vars, undefined, true);
  const variables = Object.fromEntries(Object.entries(bindings).map(([name, { value }]) => [name, value]));
  const problems = describeBadVariables({ ...variables, ...overrides });
  if (problems.length === 0) return;
  throw new UsageError(
    `Bad configuration (in .dev.vars, wrangler.toml or --var):\n${problems.map((line) => `  ${line}\n`).join("")}` +
      "Every variable is explained in .dev.vars.example",
  );
}

/** `NAME:value` as `--var` takes it. Throws where there is no name. */
export function parseVariables(texts: readonly string[]): Record<string, string> {
  const pairs = texts.map((text) => {
    const [, name, value] = /^(\w+):(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      throw new UsageError(`--var must be NAME:value, not "${text}"`);
    }
    return [name, value] as const;
  });
  return Object.fromEntries(pairs);
}
