import { describe, expect, it } from "vitest";
import { matchesTag, readIfMatch } from "../../src/http/answers/etag.ts";

describe("If-None-Match", () => {
  it.each([
    ['"a"', true],
    ['W/"a"', true],
    ['"x", W/"a" , "y"', true],
    ["*", true],
    [" * ", true],
    ['"b"', false],
    ["a", false],
    ['"a', false],
    ["", false],
  ])('%s matches "a": %s', (condition, matches) => {
    expect(matchesTag(condition, '"a"')).toBe(matches);
    expect(matchesTag(condition, 'W/"a"')).toBe(matches);
  });

  it("keeps commas inside a tag together", () => {
    expect(matchesTag('"a,b"', '"a,b"')).toBe(true);
    expect(matchesTag('"a,b"', '"b"')).toBe(false);
  });
});

describe("If-Match", () => {
  it.each([
    [undefined, undefined],
    ["*", "*"],
    ['"3"', [3]],
    ['"3.17"', [3]],
    ['"3", "4.1"', [3, 4]],
    ['W/"3"', []],
    ['"x"', []],
    ["3", []],
    ["", []],
    ['"9999999999999999999"', []],
  ])("%s", (condition, versions) => {
    expect(readIfMatch(condition)).toEqual(versions);
  });
});
