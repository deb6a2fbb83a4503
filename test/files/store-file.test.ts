import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { mirrorFile, removeFile } from "../../src/files/exports-folder.ts";
import { exportKey } from "../../src/files/keys.ts";

const folder = env.EXPORTS_DIR;
if (typeof folder !== "object") throw new Error("The folder ./exports is not bound: see vitest.config.ts");

describe("removeFile", () => {
  it("takes a file out of R2 and out of the local folder; a second time changes nothing", async () => {
    const id = crypto.randomUUID();
    await env.BUCKET.put(exportKey(id, "json"), "{}");
    await mirrorFile(env, id, "json");
    const read = async () => {
      const response = await folder.fetch(`http://disk/${id}.json`);
      return [response.status, await response.text()];
    };
    expect(await read()).toEqual([200, "{}"]);
    for (let n = 0; n < 2; n++) {
      await removeFile(env, id, "json");
      expect(await env.BUCKET.head(exportKey(id, "json"))).toBeNull();
      expect((await read())[0]).toBe(404);
    }
  });
});
