import { text } from "node:stream/consumers";
import { commands, Exit, runLLVM, type Tree } from "@yowasp/clang";

/**
 * `node tools/clang.ts <folder> <argument…>`: clang, which sees no files but those of one folder. They come on the
 * standard input as JSON, texts by name. The linked file goes to the standard output, messages to the standard error.
 */
const OUTPUT = "output.wasm";

const [folder = "", ...args] = process.argv.slice(2);
const files: Tree = JSON.parse(await text(process.stdin));
const tree = folder.split("/").reduceRight((inner: Tree, name) => ({ [name]: inner }), files);
try {
  // Loads the compiler first, since otherwise it tells its progress on the standard output.
  await runLLVM(undefined, {}, { fetchProgress: () => undefined });
  const result = await commands.clang([...args, "-o", OUTPUT], tree, {
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
