import { expect, it } from "vitest";
import { de } from "../../src/annotator/words/de.ts";
import { en } from "../../src/annotator/words/en.ts";
import { explainError } from "../../src/annotator/words/explain-error.ts";

const unknown = { code: "not_of_this_page", message: "Ask for less than 20 moons" };

it("says in the person's language why something failed", () => {
  const error = { code: "rate_limited", message: "Wait for 3 s" };
  expect(explainError(error, en)).toBe(en.errors.reasons.rate_limited);
  expect(explainError(error, de)).toBe(de.errors.reasons.rate_limited);
});

it("says what the service says where there are no words for it, and whose words they are", () => {
  expect(explainError(unknown, en)).toBe("Ask for less than 20 moons");
  expect(explainError(unknown, de)).toBe("Der Dienst meldet: „Ask for less than 20 moons“");
});

it("says first what fits the place", () => {
  const error = { code: "forbidden", message: "The role is too low" };
  expect(explainError(error, en, en.status.reasons)).toBe(en.status.reasons.forbidden);
  expect(explainError(error, en)).toBe(en.errors.reasons.forbidden);
});
