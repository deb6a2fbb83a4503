import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { configSchema, describeBadVariables } from "../../src/config.ts";
import { projectRoot } from "../../tools/project.ts";

const read = (name: string): string => readFileSync(path.join(projectRoot, name), "utf8");
const names = Object.keys(configSchema.shape);
/** What each variable is where nobody sets it, as it is written in a file. */
const defaults = Object.entries(configSchema.parse({})).map(([name, value]) => [name, String(value)]);

describe("the variables", () => {
  it("are all in .dev.vars.example, each with its default and its range", () => {
    const example = read(".dev.vars.example");
    const lines = [...example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
    expect(lines.map(([name]) => name)).toEqual(names);
    expect(Object.fromEntries(lines)).toMatchObject(Object.fromEntries(defaults));
    for (const name of names) {
      const [, range] = /from (\d+ to \d+)/.exec(describeBadVariables({ [name]: "x" })[0] ?? "") ?? [];
      const comment = example.split(`# ${name}=`)[0]?.split("\n\n").at(-1);
      if (range !== undefined) expect([name, comment]).toEqual([name, expect.stringContaining(range)]);
    }
  });

  it("are all in README's table, each with its default", () => {
    const rows = [...read("README.md").matchAll(/^\| `([A-Z_]+)`(?: \(secret\))? +\| ([^|]+?) +\|/gm)];
    const table = rows.map(([, name, value]) => [name, value === "none" ? "" : value]);
    expect(table.map(([name]) => name).sort()).toEqual([...names].sort());
    expect(Object.fromEntries(table)).toMatchObject(Object.fromEntries(defaults));
  });

  it("are refused with their names and values, never with a secret", () => {
    const bad = { AUTH_SECRET: "a short secret", ALLOWED_ORIGINS: "app.example", SNAPSHOT_EVERY: "1.5" };
    expect(describeBadVariables(bad)).toEqual([
      "AUTH_SECRET must be at least 32 characters",
      expect.stringMatching(/^ALLOWED_ORIGINS must be .*, not "app\.example"$/),
      'SNAPSHOT_EVERY must be a whole number from 1 to 100000, not "1.5"',
    ]);
    expect(describeBadVariables({ SNAPSHOT_EVERY: 1, ALLOWED_ORIGINS: "*, null", OTHER: "?" })).toEqual([]);
  });
});
