import { text } from "node:stream/consumers";
import { commands, Exit, runLLVM, type Tree } from "@yowasp/clang";

/**
 * `node tools/clang.ts <argument…>`: clang, which sees no files but those that come on the standard input, as JSON of
 * texts by path. The linked file goes to the standard output, messages to the standard error.
 */
const OUTPUT = "output.wasm";

/** Makes folders of the paths. */
function makeTree(files: Record<string, string>): Tree {
  const tree: Tree = {};
  for (const [path, source] of Object.entries(files)) {
    const names = path.split("/");
    const name = names.pop() ?? "";
    let folder = tree;
    for (const inner of names) {
      const next = folder[inner] ?? {};
      if (typeof next === "string" || next instanceof Uint8Array) throw new Error(`${inner} is no folder`);
      folder[inner] = next;
      folder = next;
    }
    folder[name] = source;
  }
  return tree;
}

try {
  // Loads the compiler first, since otherwise it tells its progress on the standard output.
  await runLLVM(undefined, {}, { fetchProgress: () => undefined });
  const files: Record<string, string> = JSON.parse(await text(process.stdin));
  const result = await commands.clang([...process.argv.slice(2), "-o", OUTPUT], makeTree(files), {
    stderr: (bytes) => process.stderr.write(bytes ?? ""),
    decodeASCII: false,
  });
  const output = result?.[OUTPUT];
  if (!(output instanceof Uint8Array)) throw new Error("clang wrote no file");
  process.stdout.write(output);
} catch (error) {
  // At an exit clang itself has said why.
  if (!(error instanceof Exit)) console.error(error);
  process.exitCode = 1;
}
