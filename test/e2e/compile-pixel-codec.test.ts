import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compilePixelCodec } from "../../tools/compile-pixel-codec.ts";

/** A project with nothing but C in it. */
let root: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "acetate-codec-"));
  await mkdir(path.join(root, "src/raster/pixel-codec"), { recursive: true });
});

afterAll(() => rm(root, { recursive: true }));

const module = (): string => path.join(root, "generated/pixel-codec.wasm");

async function writeSource(name: string, text: string): Promise<void> {
  await writeFile(path.join(root, "src/raster/pixel-codec", name), text);
}

async function callAnswer(): Promise<unknown> {
  const { instance } = await WebAssembly.instantiate(await readFile(module()));
  const { answer } = instance.exports;
  return typeof answer === "function" ? answer() : undefined;
}

describe("compilePixelCodec", () => {
  it("compiles all files to one module, and again only when one of them has changed", async () => {
    await writeSource("answer.h", "int answer(void);\n#define ANSWER 42\n");
    await writeSource("answer.c", '#include "answer.h"\nint answer(void) { return ANSWER; }\n');
    await writeSource(
      "export.c",
      '#include "answer.h"\n__attribute__((export_name("answer"))) int exported(void) { return answer(); }\n',
    );
    await compilePixelCodec(root);
    expect(await callAnswer()).toBe(42);

    const made = await stat(module());
    await compilePixelCodec(root);
    expect(await stat(module())).toEqual(made);

    await writeSource("answer.h", "int answer(void);\n#define ANSWER 43\n");
    await compilePixelCodec(root);
    expect(await callAnswer()).toBe(43);
  });

  it("says where the code is wrong, and leaves the module that is there", async () => {
    const before = await readFile(module());
    await writeSource("wrong.c", "int wrong(void) {\n  return nothing;\n}\n");
    await expect(compilePixelCodec(root)).rejects.toThrow(
      /does not compile:\nsrc\/raster\/pixel-codec\/wrong\.c:2:10: error: use of undeclared identifier 'nothing'/,
    );
    // A file that doesn't link has no line.
    await writeSource(
      "wrong.c",
      '__attribute__((export_name("f"))) int f(void) { int g(void); return g(); }\n',
    );
    await expect(compilePixelCodec(root)).rejects.toThrow(/wasm-ld: error: .*undefined symbol: g/);
    expect(await readFile(module())).toEqual(before);
  });
});
