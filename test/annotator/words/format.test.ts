import { describe, expect, it } from "vitest";
import { formatBytes, formatTime } from "../../../src/annotator/words/format.ts";

const NOW = Date.parse("2026-11-26T12:00:00Z");
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Spaces that don't break, as ICU writes them, read as others. */
function plain(text: string): string {
  return text.replaceAll(/\s/gu, " ");
}

describe("a size in bytes", () => {
  it.each([
    [0, "1 kB"],
    [500, "1 kB"],
    [1_499, "1 kB"],
    [999_499, "999 kB"],
    [1_000_000, "1 MB"],
    [8_440_000, "8.4 MB"],
    [9_940_000, "9.9 MB"],
    [10_000_000, "10 MB"],
    [12_400_000, "12 MB"],
  ])("of %i is %s", (bytes, text) => {
    expect(plain(formatBytes(bytes, "en"))).toBe(text);
  });

  it("has the language’s own comma", () => {
    expect(plain(formatBytes(8_440_000, "de"))).toBe("8,4 MB");
  });
});

describe("a time", () => {
  it.each([
    [-30, "now"],
    [0, "now"],
    [MINUTE - 1, "now"],
    [MINUTE, "1 min. ago"],
    [8 * MINUTE + 59, "8 min. ago"],
    [HOUR - 1, "59 min. ago"],
    [HOUR, "1 hr. ago"],
    [DAY - 1, "23 hr. ago"],
    [DAY, "yesterday"],
    [7 * DAY, "7 days ago"],
  ])("%i seconds ago is %s", (seconds, text) => {
    expect(plain(formatTime(new Date(NOW - seconds * 1_000).toISOString(), "en", NOW))).toBe(text);
  });

  it("is a date after a week", () => {
    const time = new Date(NOW - (7 * DAY + 1) * 1_000).toISOString();
    // Which of them depends on the time zone.
    expect(plain(formatTime(time, "en", NOW))).toMatch(/^Nov (19|20), 2026$/);
  });

  it("is in the language of the page", () => {
    expect(plain(formatTime("2026-11-26T11:52:00Z", "de", NOW))).toBe("vor 8 Min.");
  });
});
