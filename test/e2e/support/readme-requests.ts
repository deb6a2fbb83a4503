/** The requests that the README makes with curl, as calls of a generated client. */

export interface ReadmeRequest {
  method: string;
  /** With its query: `/v1/documents?size=2`. */
  path: string;
  /** JSON; undefined: none, or the bytes of a file. */
  body: string | undefined;
  sendsFile: boolean;
}

/** Stands for every variable: ids of documents, versions, jobs. */
const SOME_ID = "6f1f9f0e-6a5e-4a7b-9d0a-3f6f2b8c1d20";

/** Every `curl` of the README's shell blocks that asks the API. */
export function readRequests(readme: string): ReadmeRequest[] {
  const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  return blocks.flatMap((block) =>
    [...block.matchAll(/\bcurl /g)].flatMap(({ index }) => toRequest(splitWords(block.slice(index))) ?? []),
  );
}

/** The words of a command up to its end, without quotes; `$ID` and its like are an id. */
function splitWords(command: string): string[] {
  const pieces = command.match(/'[^']*'|"[^"]*"|\\\n|[\n|;)]|[ \t]+|[^\s'"|;)\\]+/g) ?? [];
  const words = [""];
  for (const piece of pieces) {
    if (/^[\n|;)]$/.test(piece)) break;
    if (/^\s|^\\\n/.test(piece)) words.push("");
    else words.push((words.pop() ?? "") + unquote(piece));
  }
  return words.filter((word) => word !== "");
}

function unquote(piece: string): string {
  if (piece.startsWith("'")) return piece.slice(1, -1);
  const text = piece.startsWith('"') ? piece.slice(1, -1) : piece;
  return text.replace("$API", "/v1").replace(/\$\w+/g, SOME_ID);
}

function toRequest(words: string[]): ReadmeRequest | undefined {
  const after = (...flags: string[]) => {
    const at = words.findIndex((word) => flags.includes(word));
    return at === -1 ? undefined : words[at + 1];
  };
  const path = words.find((word) => word.startsWith("/v1/"));
  if (path === undefined) return undefined;
  const body = after("-d", "--data");
  const sendsFile = after("--data-binary", "-T") !== undefined;
  return { method: after("-X") ?? (body === undefined ? "GET" : "POST"), path, body, sendsFile };
}

/** One call of openapi-fetch, as TypeScript. `paths` are the templates of the OpenAPI file. */
export function toCall({ method, path, body, sendsFile }: ReadmeRequest, paths: readonly string[]): string {
  const { pathname, searchParams } = new URL(path, "http://localhost");
  const segments = pathname.split("/");
  const template = paths.find((candidate) => {
    const parts = candidate.split("/");
    return (
      parts.length === segments.length &&
      parts.every((part, at) => part === segments[at] || (part.startsWith("{") && segments[at] === SOME_ID))
    );
  });
  if (template === undefined) throw new Error(`The OpenAPI file has no path for ${method} ${path}`);
  const query = Object.fromEntries([...searchParams].map(([name, text]) => [name, toValue(text)]));
  const params = {
    ...(template.includes("{") && { path: { id: SOME_ID } }),
    ...(searchParams.size > 0 && { query }),
  };
  const content = sendsFile ? '"the bytes of a file"' : body;
  const init = `{ params: ${JSON.stringify(params)}${content === undefined ? "" : `, body: ${content}`} }`;
  return `client.${method}(${JSON.stringify(template)}, ${init})`;
}

function toValue(text: string): string | number | boolean {
  if (/^\d+$/.test(text)) return Number(text);
  return text === "true" || text === "false" ? text === "true" : text;
}
