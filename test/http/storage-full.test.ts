import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { fixturePhotos } from "../support/export/fixture-photos.ts";
import { postDocument, readProblem, service } from "../support/http.ts";

const [photo] = fixturePhotos;

function bind(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === "function"
    ? (...args: unknown[]): unknown => Reflect.apply(value, target, args)
    : value;
}

/** As the local R2 on a full disk: it takes the first bytes, and then never says anything. */
const stalled = new Proxy(env.BUCKET, {
  get(bucket, name) {
    if (name === "put") return () => new Promise(() => undefined);
    return bind(bucket, name);
  },
});

/** What stands for the folder with the objects' files: it has every one. */
const OBJECT_FILES = env.ROOMS.getByName(crypto.randomUUID());

/** The rooms, whose storage answers every call with this error. */
function failWith(message: string): DurableObjectNamespace {
  return new Proxy(env.ROOMS, {
    get(rooms, name) {
      if (name === "getByName") {
        return () => new Proxy({}, { get: () => async () => Promise.reject(new Error(message)) });
      }
      return bind(rooms, name);
    },
  });
}

describe("a full disk", () => {
  it("ends the upload of a picture within seconds", async () => {
    const { id } = await postDocument();
    const put = async (variables: Parameters<typeof service>[0]) =>
      service(variables)(`/v1/documents/${id}/image`, { method: "PUT", body: photo?.bytes ?? "" });
    const [local, deployed] = await Promise.all([
      put({ BUCKET: stalled, OBJECT_FILES }),
      put({ BUCKET: stalled }),
    ]);
    expect(local.status).toBe(507);
    expect(await readProblem(local)).toMatchObject({
      code: "storage_full",
      detail: expect.stringContaining("nothing was changed"),
    });
    // Where deployed there is no disk: R2 is slow.
    expect(await readProblem(deployed)).toMatchObject({ status: 503, code: "unavailable" });
    expect((await put({})).status).toBe(200);
  });

  it("is told from SQLite's own words, whatever it was that wrote", async () => {
    const { id } = await postDocument();
    const patch = async (variables: Parameters<typeof service>[0]) =>
      service(variables)(`/v1/documents/${id}`, { method: "PATCH", json: { title: "x" } });
    const full = await patch({ ROOMS: failWith("database or disk is full: SQLITE_FULL") });
    expect(await readProblem(full)).toMatchObject({ status: 507, code: "storage_full" });
    const other = await patch({ ROOMS: failWith("internal error; reference = abc") });
    expect(await readProblem(other)).toMatchObject({ status: 503, code: "unavailable" });
  });

  it("is what keeps the local runtime from making an object", async () => {
    const create = async (variables: Parameters<typeof service>[0]) =>
      readProblem(await service(variables)("/v1/documents", { json: { title: "x" } }));
    const ROOMS = failWith("internal error; reference = abc");
    expect(await create({ ROOMS, OBJECT_FILES })).toMatchObject({ status: 507, code: "storage_full" });
    expect(await create({ ROOMS })).toMatchObject({ status: 503, code: "unavailable" });
    const others = failWith("Network connection lost.");
    expect(await create({ ROOMS: others, OBJECT_FILES })).toMatchObject({ status: 500, code: "internal" });
  });
});
