import fc from "fast-check";
import { expect, it } from "vitest";
import {
  findTypedName,
  mentions,
  offerNames,
  splitText,
} from "../../../src/annotator/ui/comments/comment-text.ts";

const names = ["Ben", "Anna", "Anna Maria"];

function mentioned(text: string): string[] {
  return splitText(text, names).flatMap(({ text: part, isMention }) => (isMention ? part : []));
}

it("finds those who are addressed: known names with their spaces, otherwise a word", () => {
  expect(mentioned("Look, @Ben: @anna maria and @Anna disagree")).toEqual(["@Ben", "@anna maria", "@Anna"]);
  expect(mentioned("@Benno is not Ben, nor is @ben.")).toEqual(["@Benno", "@ben"]);
  expect(mentioned("(@Zoë) @jo.do-e!")).toEqual(["@Zoë", "@jo.do-e"]);
});

it("takes an @ within a word, or alone, for no mention", () => {
  expect(mentioned("ben@example.org, 3 @ 4, @, @@")).toEqual([]);
});

it("loses nothing of a text", () => {
  const text = fc.string({
    unit: fc.constantFrom("@", "Ben", "Anna Maria", " ", "\n", "<b>", "é", ".", "x"),
  });
  fc.assert(
    fc.property(text, (each) => {
      expect(
        splitText(each, names)
          .map((part) => part.text)
          .join(""),
      ).toBe(each);
    }),
  );
});

it("tells whether a text addresses one person", () => {
  expect(mentions("Is that so, @anna maria?", "Anna Maria", names)).toBe(true);
  expect(mentions("Is that so, @Anna Maria?", "Anna", names)).toBe(false);
  expect(mentions("@Bennet", "Ben", names)).toBe(false);
});

it("completes the name before the caret", () => {
  expect(findTypedName("Hi @an", 6)).toEqual({ start: 3, query: "an" });
  expect(findTypedName("Hi @an", 3)).toBeNull();
  expect(findTypedName("Hi @anna mar", 12)).toEqual({ start: 3, query: "anna mar" });
  expect(findTypedName("a@b", 3)).toBeNull();
  expect(findTypedName("@ b", 3)).toBeNull();
  expect(findTypedName("@a\nb", 4)).toBeNull();
  expect(findTypedName(`@${"a".repeat(40)}`, 41)?.query).toHaveLength(40);
  expect(findTypedName(`@${"a".repeat(41)}`, 42)).toBeNull();
});

it("offers names by the beginning of any of their words, and none that is complete", () => {
  expect(offerNames("an", names)).toEqual(["Anna", "Anna Maria"]);
  expect(offerNames("mar", names)).toEqual(["Anna Maria"]);
  expect(offerNames("nna", names)).toEqual([]);
  expect(offerNames("BEN", names)).toEqual([]);
  const many = Array.from({ length: 9 }, (_, index) => `Person ${index}`);
  expect(offerNames("", many)).toHaveLength(6);
});
