import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Annotation, connect, createClient, type Room } from "../../src/client/index.ts";
import { projectRoot } from "../../tools/project.ts";
import { useSharedService } from "../client/support/service.ts";

const documents = globSync("{*,docs/*}.md", { cwd: projectRoot });
const read = (file: string): string => readFileSync(path.join(projectRoot, file), "utf8");
const listTop = (): string[] => readdirSync(projectRoot).sort();

/** The lines that people paste into a terminal. */
function readShell(text: string): string[] {
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
}

/** The prose of a document: no code, no tables, no pictures, and no line that is one link. */
function readProse(text: string): string[] {
  return text
    .replace(/^```.*?^```$/gms, "")
    .split("\n")
    .filter((line) => !/^(?:\||!\[)/.test(line) && line.includes(" "));
}

describe("the documents", () => {
  it.each(documents)("%s has lines that diff, and commands that zsh takes", (file) => {
    expect(readProse(read(file)).filter((line) => line.length > 120)).toEqual([]);
    // By default zsh does not know comments in what is typed.
    const commented = readShell(read(file)).flatMap((block) =>
      block.split("\n").filter((line) => /(?:^| )# /.test(line)),
    );
    expect(commented).toEqual([]);
  });

  it.each(documents)("%s links to what is there", (file) => {
    const links = [...read(file).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)];
    for (const [link, target = "", anchor] of links) {
      const to = target === "" ? file : path.join(path.dirname(file), target);
      expect([link, existsSync(path.join(projectRoot, to))]).toEqual([link, true]);
      if (anchor === undefined) continue;
      const headings = [...read(to).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
        heading
          .toLowerCase()
          .replace(/[^\w\- ]/g, "")
          .replaceAll(" ", "-"),
      );
      expect([link, headings.includes(anchor)]).toEqual([link, true]);
    }
  });

  it.each(["CONTRIBUTING.md", "docs/architecture.md"])("%s names files that are there", (file) => {
    const files = globSync("{src,tools,test}/**/*.{ts,js}", { cwd: projectRoot });
    const names = [...read(file).matchAll(/`([a-z0-9/.-]+\.(?:ts|js))`/g)].map(([, name = ""]) => name);
    const missing = names.filter((name) => !files.some((one) => one === name || one.endsWith(`/${name}`)));
    expect(names.length).toBeGreaterThan(4);
    expect(missing).toEqual([]);
  });
});

describe("README's tour", () => {
  const service = useSharedService();

  it("can be pasted from its first line to its last, and leaves no file in the project", async () => {
    const [, tour = ""] = /^## A tour\n(.*?)^## /ms.exec(read("README.md")) ?? [];
    const script = readShell(tour).join("\n").replaceAll("localhost:8787", service.url.host);
    const before = listTop();
    const shell = spawn("bash", ["-euc", script], { cwd: projectRoot, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [shell.stdout, shell.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    await once(shell, "close");
    expect([shell.exitCode, output]).toEqual([0, expect.stringContaining('"status":"succeeded"')]);
    expect(output).not.toContain('"code":');
    expect(output).toMatch(/exports\/[0-9a-f-]{36}\.png\n/);
    expect(output).toMatch(/^state .*\n(?:export.*\n)*ack /m);
    expect(listTop()).toEqual([...new Set([...before, "exports"])].sort());
  });

  it("has ten lines of the client that do what they say", async () => {
    const [, code = ""] = /^```js client\n(.*?)^```$/ms.exec(read("README.md")) ?? [];
    const [, ...lines] = code.replaceAll("http://localhost:8787", service.url.href).trim().split("\n");
    expect(lines.filter((line) => line !== "").length).toBeLessThanOrEqual(10);
    const api = createClient({ url: service.url });
    const { id } = await api.documents.create({ title: "Ten lines", width: 900, height: 600 });
    const drawn: (readonly Annotation[])[] = [];
    // The lines as a function of what they leave open.
    const AsyncFunction = async function () {}.constructor as new (
      ...parts: string[]
    ) => (...values: unknown[]) => Promise<{ room: Room; picture: Blob }>;
    const body = `${lines.join("\n")}\nreturn { room, picture };`;
    const run = new AsyncFunction("connect", "documentId", "draw", "showCursors", body);
    const draw = (list: readonly Annotation[]): void => void drawn.push(list);
    const { room, picture } = await run(connect, id, draw, () => {});
    room.close();
    expect(picture.type).toBe("image/png");
    expect(drawn.flat().some(({ labels }) => labels.includes("hill"))).toBe(true);
    expect(drawn.at(-1)).toMatchObject([{ type: "box", labels: [], style: { stroke: "#e11d48" } }]);
  });
});
