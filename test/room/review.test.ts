import { describe, expect, it } from "vitest";
import { box, connect, diffVersion, good, newDocument, open } from "../support/room.ts";

describe("the review of an annotation", () => {
  it("R72 is none until somebody says more, and is told, listed, compared and reverted like its text", async () => {
    const { id, room } = await newDocument();
    const made = good(await room.createAnnotation(open, box, {})).value;
    expect(made.review).toBe("none");
    const asked = good(await room.createAnnotation(open, { ...box, review: "changes_requested" }, {})).value;
    const version = good(await room.createVersion(open, {}, {}));
    const witness = await connect(id);
    await witness.next("state");
    const approved = good(await room.updateAnnotation(open, made.id, 1, { review: "approved" }, {}));
    expect(approved).toMatchObject({ review: "approved", version: 2 });
    expect((await witness.next("annotation.updated")).annotation).toEqual(approved);
    const list = async (review?: "none" | "approved" | "changes_requested") =>
      good(await room.listAnnotations(open, { review, status: "active" }, { page: 1, size: 10 })).items.map(
        (annotation) => annotation.id,
      );
    expect(await list("approved")).toEqual([made.id]);
    expect(await list("changes_requested")).toEqual([asked.id]);
    expect([await list("none"), await list()]).toEqual([[], [made.id, asked.id]]);
    expect(good(await diffVersion(room, version.id)).changed).toEqual([
      { id: made.id, before: made, after: approved },
    ]);
    good(await room.revertVersion(open, version.id, {}));
    expect(good(await room.getAnnotation(open, made.id))).toMatchObject({ review: "none", version: 3 });
    const fresh = await connect(id);
    const { annotations } = await fresh.next("state");
    expect(annotations.map(({ review }) => review)).toEqual(["none", "changes_requested"]);
  });
});
