import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Measurement } from "../harness.ts";
import { installPackages } from "../install-packages.ts";
import type { SharpJob } from "./render.ts";

const answerSchema = z.object({ value: z.number(), rss: z.number() });

/** sharp in a process of its own, which is started when it is first asked for something. */
export class Sharp {
  readonly #folder: string;
  #child: ChildProcess | undefined;

  /** Files are kept in `folder`. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes a photo of a size: the one of the fixtures, enlarged, with a sensor's grain. */
  async makePhoto(
    { width, height }: { width: number; height: number },
    { progressive = false, orientation = 1 } = {},
  ): Promise<string> {
    const file = path.join(
      this.#folder,
      `${width}x${height}-${progressive ? "progressive" : orientation}.jpg`,
    );
    await this.#ask({ do: "photo", width, height, progressive, orientation, file });
    return file;
  }

  /** Lays an overlay (SVG) over a picture, or over a white sheet, and encodes the result. */
  async render({ picture, width, height, overlay, format }: RenderJob): Promise<Measurement> {
    const file = overlay && (await this.keep("overlay.svg", overlay));
    const job = { do: "render", width, height, format } as const;
    const { value, rss } = await this.#ask({
      ...job,
      ...(picture !== undefined && { picture }),
      ...(file !== undefined && { overlay: file }),
    });
    return { ms: value, "MiB of the process at most": rss };
  }

  async thumbnail(picture: string, size: number): Promise<Measurement> {
    const { value, rss } = await this.#ask({ do: "thumbnail", picture, size });
    return { ms: value, "MiB of the process at most": rss };
  }

  /** The peak signal-to-noise ratio between two pictures of the same size, in dB. */
  async psnr(one: string, other: string): Promise<number> {
    return (await this.#ask({ do: "psnr", one, other })).value;
  }

  /** Encodes a picture's pixels as JPEG (4:2:0, standard tables of quality). */
  async encode(picture: string, quality: number): Promise<{ file: string; bytes: number }> {
    const file = path.join(this.#folder, "theirs.jpg");
    const { value } = await this.#ask({ do: "encode", picture, quality, file });
    return { file, bytes: value };
  }

  /** Writes a file for sharp to read. */
  async keep(name: string, bytes: Uint8Array): Promise<string> {
    const file = path.join(this.#folder, name);
    await writeFile(file, bytes);
    return file;
  }

  async #ask(job: SharpJob): Promise<z.output<typeof answerSchema>> {
    installPackages(import.meta.dirname);
    const child = (this.#child ??= fork(path.join(import.meta.dirname, "render.ts")));
    child.ref();
    child.channel?.ref();
    child.send(job);
    const [answer] = (await once(child, "message")) as [unknown];
    child.unref();
    child.channel?.unref();
    return answerSchema.parse(answer);
  }
}

interface RenderJob {
  picture?: string;
  width: number;
  height: number;
  overlay: Uint8Array | undefined;
  format: "png" | "jpg" | "webp";
}
