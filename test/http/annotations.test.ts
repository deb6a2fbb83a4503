import { beforeAll, describe, expect, it } from "vitest";
import { type Annotation, annotationSchema } from "../../src/protocol/model/annotation.ts";
import type { Paged } from "../../src/protocol/model/scalars.ts";
import { call, guarded, makeToken, postAnnotation, postDocument, readProblem } from "../support/http.ts";

const codeOf = async (response: Response) => (response.ok ? "ok" : (await readProblem(response)).code);
const patch = (id: string, json: object, query = "") =>
  call(`/v1/annotations/${id}${query}`, { method: "PATCH", json });
const remove = (id: string, query = "") => call(`/v1/annotations/${id}${query}`, { method: "DELETE" });

let documentId: string;
beforeAll(async () => {
  documentId = (await postDocument()).id;
});

describe("POST /v1/annotations", () => {
  const points: [number, number][] = [
    [0, 0],
    [10, 5],
    [3, 9],
  ];
  it.each([
    ["box", { x: 1, y: 2, width: 3, height: 4, rotation: 30 }],
    ["ellipse", { cx: 1, cy: 2, rx: 3, ry: 4 }],
    ["line", { points: points.slice(0, 2) }],
    ["arrow", { points }],
    ["polyline", { points }],
    ["polygon", { points }],
    ["freehand", { points: points.slice(0, 1) }],
    ["text", { x: 1, y: 2, width: 100 }],
    ["point", { x: 1.5, y: -2.25 }],
  ])("makes a %s", async (type, geometry) => {
    const response = await call("/v1/annotations", {
      json: { document_id: documentId, type, geometry, text: "t", style: { opacity: 0.5 } },
    });
    expect(response.status).toBe(201);
    const annotation = annotationSchema.parse(await response.json());
    expect(annotation).toMatchObject({
      type,
      geometry,
      version: 1,
      status: "active",
      style: { opacity: 0.5 },
    });
    expect(response.headers.get("ETag")).toBe('"1"');
    const location = response.headers.get("Location") ?? "";
    expect(await (await call(location)).json()).toEqual(annotation);
  });

  it("answers the members in one order, made or changed", async () => {
    const order =
      "id document_id type geometry style text labels properties author author_name review z_index status version seq ordinal created_at updated_at updated_by";
    const made = await call("/v1/annotations", {
      json: { document_id: documentId, geometry: { y: 2, x: 1 }, labels: ["a"], type: "point" },
    });
    const annotation: Annotation = await made.json();
    expect(Object.keys(annotation).join(" ")).toBe(order);
    const changed = await call(`/v1/annotations/${annotation.id}?document_id=${documentId}`, {
      method: "PATCH",
      json: { version: 1, text: "b", geometry: { x: 3, y: 4 } },
    });
    const after: Annotation = await changed.json();
    expect(Object.keys(after).join(" ")).toBe(order);
    expect(after).toMatchObject({ type: "point", geometry: { x: 3, y: 4 }, text: "b", labels: ["a"] });
    const headers = { "Acetate-Name": "Ben" };
    const address = `/v1/annotations/${annotation.id}?document_id=${documentId}`;
    const others = await call(address, { method: "PATCH", json: { version: 2, text: "c" }, headers });
    for (const answer of [others, await call(address)]) {
      expect(Object.keys(await answer.json<object>()).join(" ")).toBe(`${order} updated_by_name`);
    }
  });

  it.each([
    ["box", { x: 1, y: 2, width: -1, height: 4 }, "geometry.width"],
    ["line", { points }, "geometry.points"],
    ["polygon", { points: points.slice(0, 2) }, "geometry.points"],
    ["freehand", { points: [] }, "geometry.points"],
    ["point", { x: 1, y: 1_000_001 }, "geometry.y"],
    ["point", { x: "1", y: 1 }, "geometry.x"],
    ["point", { x: 1, y: 1, z: 1 }, "geometry.z"],
    ["ellipse", { x: 1, y: 1, width: 1, height: 1 }, "geometry.cx"],
    ["text", { x: 1, y: 1 }, "text"],
  ])("refuses a wrong %s %j", async (type, geometry, path) => {
    const response = await call("/v1/annotations", { json: { document_id: documentId, type, geometry } });
    const problem = await readProblem(response);
    expect([response.status, problem.errors?.map((error) => error.path)]).toEqual([
      400,
      expect.arrayContaining([path]),
    ]);
  });

  it("refuses NaN and the infinities: JSON has no such numbers, and 1e999 is one", async () => {
    const body = (x: string) => `{"document_id":"${documentId}","type":"point","geometry":{"x":${x},"y":1}}`;
    const send = (x: string) =>
      call("/v1/annotations", {
        method: "POST",
        body: body(x),
        headers: { "Content-Type": "application/json" },
      });
    expect(await codeOf(await send("NaN"))).toBe("invalid_json");
    expect(await codeOf(await send("1e999"))).toBe("invalid");
    expect(await codeOf(await send("1e2"))).toBe("ok");
  });

  it("takes texts, points and labels up to their limits", async () => {
    const send = async (fields: object) =>
      (
        await call("/v1/annotations", {
          json: { document_id: documentId, type: "point", geometry: { x: 1, y: 1 }, ...fields },
        })
      ).status;
    const labels = (count: number) => Array.from({ length: count }, (_, i) => `l${i}`);
    const stroke = (count: number) => ({
      type: "freehand",
      geometry: { points: Array.from({ length: count }, (_, i) => [i, i]) },
    });
    expect(await send({ text: "x".repeat(10_000) })).toBe(201);
    expect(await send({ text: "x".repeat(10_001) })).toBe(400);
    expect(await send({ labels: labels(32) })).toBe(201);
    expect(await send({ labels: labels(33) })).toBe(400);
    expect(await send({ labels: ["x".repeat(64)] })).toBe(201);
    expect(await send({ labels: ["x".repeat(65)] })).toBe(400);
    expect(await send({ labels: ["a", "a"] })).toBe(400);
    expect(await send(stroke(10_000))).toBe(201);
    expect(await send(stroke(10_001))).toBe(400);
  });

  it("with a key a repeat answers 200, other content 409; an id is taken once", async () => {
    const send = (x: number, fields: object, headers: Record<string, string> = {}) =>
      call("/v1/annotations", {
        json: { document_id: documentId, type: "point", geometry: { x, y: 1 }, ...fields },
        headers,
      });
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const first = await send(1, {}, headers);
    const again = await send(1, {}, headers);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(await again.json()).toEqual(await first.json());
    expect(await codeOf(await send(2, {}, headers))).toBe("op_id_reused");

    const id = crypto.randomUUID();
    expect((await send(1, { id })).status).toBe(201);
    expect(await codeOf(await send(2, { id }))).toBe("id_taken");
  });

  it("takes the author from the token where there is one", async () => {
    expect((await postAnnotation(documentId, { author: "said" })).author).toBe("said");
    expect((await postAnnotation(documentId)).author).toBeNull();
    const token = await makeToken({ sub: "bo", role: "editor", doc: documentId });
    const json = { document_id: documentId, type: "point", geometry: { x: 1, y: 1 }, author: "said" };
    const signed = await guarded("/v1/annotations", { token, json });
    expect((await signed.json<Annotation>()).author).toBe("bo");
    const batch = await guarded("/v1/annotations/batch", {
      token,
      json: {
        document_id: documentId,
        operations: [{ op: "create", type: "point", geometry: { x: 1, y: 1 }, author: "said" }],
      },
    });
    expect((await batch.json<{ annotations: Annotation[] }>()).annotations[0]?.author).toBe("bo");
  });
});

describe("GET /v1/annotations", () => {
  it("filters by every field, in a document and across documents alike", async () => {
    const author = `author ${crypto.randomUUID()}`;
    const { id } = await postDocument();
    const made = await postAnnotation(id, { author, labels: ["red"], properties: { a: 1 } });
    const other = await postAnnotation(id, {
      author,
      review: "approved",
      type: "box",
      geometry: { x: 1, y: 1, width: 1, height: 1 },
    });
    await remove(other.id, `?document_id=${id}`);
    const list = async (query: string) => {
      const { items } = await (
        await call(`/v1/annotations?author=${encodeURIComponent(author)}&${query}`)
      ).json<Paged<Annotation>>();
      return items.map((item) => item.id);
    };
    for (const scope of ["", `document_id=${id}&`]) {
      expect(await list(`${scope}status=active`)).toEqual([made.id]);
      expect(await list(`${scope}status=deleted`)).toEqual([other.id]);
      expect(await list(`${scope}status=all`)).toEqual([made.id, other.id]);
      expect(await list(`${scope}label=red`)).toEqual([made.id]);
      expect(await list(`${scope}review=none&status=all`)).toEqual([made.id]);
      expect(await list(`${scope}review=approved&status=all`)).toEqual([other.id]);
      expect(await list(`${scope}type=box`)).toEqual([]);
      expect(await list(`${scope}updated_since=${made.updated_at}`)).toEqual([made.id]);
      expect(await list(`${scope}updated_since=2999-01-01T00:00:00Z`)).toEqual([]);
      expect(await list(`${scope}label=${encodeURIComponent("' OR 1=1 --")}`)).toEqual([]);
    }
  });

  it("answers 404 for a document that is not there", async () => {
    const missing = await call(`/v1/annotations?document_id=${crypto.randomUUID()}`);
    expect(await codeOf(missing)).toBe("document_not_found");
  });
});

describe("one annotation", () => {
  it("is found by its id alone; an id that two documents use needs ?document_id=", async () => {
    const id = crypto.randomUUID();
    await postAnnotation(documentId, { id });
    const other = (await postDocument()).id;
    await postAnnotation(other, { id });
    expect(await codeOf(await call(`/v1/annotations/${id}`))).toBe("ambiguous_id");
    expect(await codeOf(await patch(id, { version: 1, text: "x" }))).toBe("ambiguous_id");
    const found = await (await call(`/v1/annotations/${id}?document_id=${other}`)).json<Annotation>();
    expect(found.document_id).toBe(other);
    expect(await codeOf(await call(`/v1/annotations/${crypto.randomUUID()}`))).toBe("annotation_not_found");
  });

  it("is remembered where it was found, for reads alone: a write looks again", async () => {
    const { id } = await postAnnotation(documentId);
    expect((await call(`/v1/annotations/${id}`)).status).toBe(200);
    await postAnnotation((await postDocument()).id, { id });
    const found = await (await call(`/v1/annotations/${id}`)).json<Annotation>();
    expect(found.document_id).toBe(documentId);
    expect(await codeOf(await patch(id, { version: 1, text: "x" }))).toBe("ambiguous_id");
  });

  it("answers 304 to who has it", async () => {
    const { id } = await postAnnotation(documentId);
    const response = await call(`/v1/annotations/${id}`, { headers: { "If-None-Match": '"1"' } });
    expect(response.status).toBe(304);
  });

  it("changes with its version, and a stale one gets 409 with the current state", async () => {
    const { id } = await postAnnotation(documentId, { properties: { a: 1, b: 2 } });
    expect((await patch(id, { text: "no version" })).status).toBe(400);
    const changed = await patch(id, { version: 1, text: "one", properties: { b: null } });
    expect(changed.headers.get("ETag")).toBe('"2"');
    const { version, text, properties } = await changed.json<Annotation>();
    expect({ version, text, properties }).toEqual({ version: 2, text: "one", properties: { a: 1 } });
    const late = await patch(id, { version: 1, text: "two" });
    expect(late.status).toBe(409);
    expect(await readProblem(late)).toMatchObject({
      code: "stale_version",
      current: { version: 2, text: "one" },
    });
    const conditional = await call(`/v1/annotations/${id}`, {
      method: "PATCH",
      json: { version: 2, text: "three" },
      headers: { "If-Match": '"1"' },
    });
    expect(conditional.status).toBe(412);
  });

  it("keeps of its style what a change leaves out, and goes back to the default where it says null", async () => {
    const { id } = await postAnnotation(documentId, { style: { dash: [4, 2], opacity: 0.5 } });
    const styles: [change: object, dash: number[] | undefined, opacity: number][] = [
      [{ stroke: "#000000" }, [4, 2], 0.5],
      [{ opacity: null }, [4, 2], 1],
      [{ dash: [1] }, [1], 1],
      [{ dash: null }, undefined, 1],
    ];
    for (const [index, [change, dash, opacity]] of styles.entries()) {
      const changed = await patch(id, { version: index + 1, style: change });
      const { style } = await changed.json<Annotation>();
      expect([style.dash, style.opacity]).toEqual([dash, opacity]);
    }
  });

  it("can't change its type, nor take a geometry of another", async () => {
    const { id } = await postAnnotation(documentId);
    expect((await patch(id, { version: 1, type: "box" })).status).toBe(400);
    expect((await patch(id, { version: 1, geometry: { points: [[1, 1]] } })).status).toBe(400);
  });

  it("is deleted softly, with its version where one is given", async () => {
    const { id } = await postAnnotation(documentId);
    expect((await remove(id, "?version=7")).status).toBe(409);
    expect((await remove(id, "?version=0")).status).toBe(400);
    expect((await remove(id, "?version=1")).status).toBe(204);
    // Once more changes nothing.
    for (const query of ["", "?version=1"]) expect((await remove(id, query)).status).toBe(204);
    expect(await (await call(`/v1/annotations/${id}`)).json()).toMatchObject({
      status: "deleted",
      version: 2,
    });
  });
});

describe("POST /v1/annotations/batch", () => {
  const send = (operations: object[], headers: Record<string, string> = {}) =>
    call("/v1/annotations/batch", { json: { document_id: documentId, operations }, headers });
  const point = { op: "create", type: "point", geometry: { x: 1, y: 1 } };

  it("R49 makes the later ones lie above the earlier ones, whatever their ids", async () => {
    const chosen = Array.from({ length: 20 }, () => crypto.randomUUID())
      .sort()
      .reverse();
    const response = await send([...chosen.map((id) => ({ ...point, id })), point]);
    const { annotations } = await response.json<{ annotations: Annotation[] }>();
    expect(new Set(annotations.map(({ created_at }) => created_at)).size).toBe(1);
    const ids = annotations.map(({ id }) => id);
    expect(ids.slice(0, -1)).toEqual(chosen);
    const list = async (query: string): Promise<Annotation[]> => {
      const page = await (await call(`/v1/annotations?size=100${query}`)).json<{ items: Annotation[] }>();
      return page.items.filter(({ id }) => ids.includes(id));
    };
    const listed = await list(`&document_id=${documentId}`);
    expect(listed.map(({ id }) => id)).toEqual(ids);
    // Of all documents, from the catalog.
    expect(await list(`&updated_since=${annotations[0]?.updated_at}`)).toEqual(listed);
    const ordinals = listed.map(({ ordinal }) => ordinal);
    expect(ordinals).toEqual([...new Set(ordinals)].sort((one, other) => one - other));
  });

  it("does all in one seq, in order", async () => {
    const one = await postAnnotation(documentId);
    const two = await postAnnotation(documentId);
    const response = await send([
      { op: "update", id: one.id, version: 1, text: "changed" },
      point,
      { op: "delete", id: two.id },
    ]);
    expect(response.status).toBe(200);
    const { seq, annotations } = await response.json<{ seq: number; annotations: Annotation[] }>();
    expect(annotations.map(({ text, status }) => [text, status])).toEqual([
      ["changed", "active"],
      ["", "active"],
      ["", "deleted"],
    ]);
    expect(annotations.map((annotation) => annotation.seq)).toEqual([seq, seq, seq]);
  });

  it("does nothing at all where one fails, and says which", async () => {
    const id = crypto.randomUUID();
    const response = await send([
      { ...point, id },
      { op: "update", id: crypto.randomUUID(), version: 1, text: "x" },
    ]);
    const problem = await readProblem(response);
    expect([response.status, problem.code, problem.index]).toEqual([404, "annotation_not_found", 1]);
    expect((await call(`/v1/annotations/${id}?document_id=${documentId}`)).status).toBe(404);
    const invalid = await readProblem(await send([point, { ...point, type: "circle" }]));
    expect(invalid.errors?.[0]?.path).toContain("operations.1");
  });

  it("takes 1–500 operations, no id twice", async () => {
    expect((await send([])).status).toBe(400);
    expect((await send(Array.from({ length: 500 }, () => point))).status).toBe(200);
    expect((await send(Array.from({ length: 501 }, () => point))).status).toBe(400);
    const { id } = await postAnnotation(documentId);
    const twice = [
      { op: "update", id, version: 1, text: "a" },
      { op: "delete", id },
    ];
    expect((await send(twice)).status).toBe(400);
  });
});
