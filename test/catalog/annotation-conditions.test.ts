import { describe, expect, it } from "vitest";
import { annotationConditions } from "../../src/catalog/annotation-conditions.ts";

describe("annotationConditions", () => {
  it("is true for everything when nothing is asked for", () => {
    expect(annotationConditions({ status: "all" })).toEqual({ sql: "1", params: [] });
  });

  it("makes each filter one condition with one parameter, in the same order", () => {
    const { sql, params } = annotationConditions({
      type: "box",
      label: "x",
      author: "ana",
      review: "approved",
      status: "active",
      updatedSince: 5,
    });
    expect(sql.split(" AND ")).toEqual([
      "type = ?",
      "EXISTS (SELECT 1 FROM json_each(labels) AS label WHERE label.value = ?)",
      "author = ?",
      "review = ?",
      "status = ?",
      "updated_at >= ?",
    ]);
    expect(params).toEqual(["box", "x", "ana", "approved", "active", 5]);
  });

  it("never puts a value into the SQL", () => {
    const hostile = "') OR 1=1; DROP TABLE annotations; --";
    const { sql, params } = annotationConditions({ label: hostile, author: hostile, status: "all" });
    expect(sql).not.toContain("DROP");
    expect(params).toEqual([hostile, hostile]);
  });
});
