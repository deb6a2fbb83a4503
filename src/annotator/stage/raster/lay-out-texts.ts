import { TextLayout } from "../../../text/text-layout.ts";
import type { TextPlatform } from "../../../text/text-platform.ts";
import type { LaidOutText } from "../../../scene/shape.ts";
import type { TextToLayOut } from "./messages.ts";

/** A part of its own: a document without texts loads neither this, nor HarfBuzz, nor a font. */

export type LayOut = (text: TextToLayOut) => Promise<LaidOutText>;

/**
 * Lays out texts in the fonts of the service, as exports have them, one after the other.
 *
 * @param harfBuzz the answer with its WebAssembly
 */
export async function createLayOut(service: string, harfBuzz: Response): Promise<LayOut> {
  const layout = new TextLayout(await createTextPlatform(service, harfBuzz));
  // Whatever the texts are, this reads what all of them need: the index of fonts, and the first one.
  await layout.load([""]);
  // Loading the fonts of one text releases those of another.
  let before: Promise<unknown> = Promise.resolve();
  return ({ text, fontSize, wrapWidth }) => {
    const laidOut = before.then(async () => {
      await layout.load([text]);
      return layout.layout(text, fontSize, wrapWidth);
    });
    before = laidOut.catch(() => undefined);
    return laidOut;
  };
}

async function createTextPlatform(service: string, harfBuzz: Response): Promise<TextPlatform> {
  const readFile = async (path: string): Promise<Uint8Array> =>
    new Uint8Array(await readBody(await fetch(new URL(path, service))));
  return { readFile, inflate, harfBuzzModule: await WebAssembly.compile(await readBody(harfBuzz)) };
}

async function readBody(answer: Response): Promise<ArrayBuffer> {
  if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
  return await answer.arrayBuffer();
}

/** "deflate" is the name of the zlib format (RFC 1950) here. */
async function inflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
