import { describe, expect, it } from "vitest";
import { de } from "../../../src/annotator/words/de.ts";
import { en } from "../../../src/annotator/words/en.ts";
import { loadWords } from "../../../src/annotator/words/load-words.ts";

interface Phrase {
  path: string;
  /** What is said, or a function that makes it of numbers and names. */
  value: unknown;
}

function listPhrases(value: unknown, path = ""): Phrase[] {
  if (typeof value !== "object" || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([name, inside]) =>
    listPhrases(inside, path === "" ? name : `${path}.${name}`),
  );
}

const languages = [
  {
    language: "English",
    phrases: listPhrases(en),
    one: "change|mark|point|comment|label|person|reply|picture|file|day",
    several: "changes|marks|points|comments|labels|people|replies|pictures|files|days",
  },
  {
    language: "German",
    phrases: listPhrases(de),
    one: "Änderung|Markierung|Marke|Punkt|Kommentar|Label|Person|Antwort|Bild|Datei|Tag",
    several: "Änderungen|Markierungen|Marken|Punkte|Kommentare|Labels|Personen|Antworten|Bilder|Dateien|Tage",
  },
];

/** Nobody reads them with a 1. */
const OF_SEVERAL = ["stage.selectedMany", "stage.tooFewPoints", "history.several", "documents.people"];
/** They take no numbers. */
const OF_WORDS = ["stage.mark", "marks.kindAndSize"];
/** What a function is given only to choose the words by, and how often: `pin`'s says whether a comment is unread. */
const CHOOSE_BY = ["documents.marks", "documents.openThreads", "comments.pin", "comments.none"];
/** Words that both languages have. */
const IN_BOTH = ["Ellipse", "Polygon", "Text", "Zoom", "Offline", "Orange", "Person", "Name", "Link"].concat(
  ["Label", "Labels", "Export", "Format", "Version", "PNG", "JPG", "WebP", "SVG", "JSON"],
  ["Esc", "⌫", "Tab", "Alt", "←", "→", "−"],
);

describe.each(languages)("words in $language", ({ phrases, one, several }) => {
  const ofNumbers = phrases.filter(
    ({ path, value }) => isFunctionOfTexts({ path, value }) && !OF_WORDS.includes(path),
  );

  it.each([0, 1, 2, 5])("count: %i", (number) => {
    const wrongNouns = number === 1 ? several : one;
    const wrong = new RegExp(`(?<!\\p{L})${number} (\\p{L}+ )?(${wrongNouns})(?!\\p{L})`, "u");
    const said = ofNumbers
      .filter(({ path }) => number !== 1 || !OF_SEVERAL.includes(path))
      .map(({ path, value }) => `${path}: ${say(value, number)}`);
    expect(said.filter((text) => wrong.test(text))).toEqual([]);
  });

  it("show all that they are given", () => {
    const missing = phrases.filter(isFunctionOfTexts).filter(({ path, value }) => {
      const said = say(value);
      return !CHOOSE_BY.includes(path) && markersOf(value).some((marker) => !said.includes(marker));
    });
    expect(missing.map(({ path }) => path)).toEqual([]);
  });

  it("say something, in typographic signs", () => {
    const said = phrases.filter((phrase) => typeof phrase.value === "string" || isFunctionOfTexts(phrase));
    const odd = said
      .map(({ path, value }) => ({ path, text: say(value) }))
      .filter(
        ({ text }) =>
          text.trim() !== text || text === "" || /undefined|null|NaN|\[object|'|"| {2}/.test(text),
      );
    expect(odd).toEqual([]);
  });
});

describe("words", () => {
  it("are all translated", () => {
    const german = new Map(listPhrases(de).map(({ path, value }) => [path, value]));
    const same = listPhrases(en).filter(({ path, value }) => {
      const translated = german.get(path);
      return typeof value === "string" && value === translated && !IN_BOTH.includes(value);
    });
    expect(same).toEqual([]);
  });

  it("name one file that was turned into another picture, and count several", () => {
    const [first, second] = [
      { name: "Door.heic", format: "HEIC" },
      { name: "Wall.tiff", format: "TIFF" },
    ];
    for (const { redrawn } of [en.documents, de.documents]) {
      expect(redrawn([first])).toContain("Door.heic");
      expect(redrawn([first, second])).toMatch(/^2 /);
      expect(redrawn([first, second])).not.toContain("Door.heic");
    }
  });

  it("say how to comment only to those who may", () => {
    expect(en.comments.none(true)).toContain("Press C");
    expect(en.comments.none(false)).not.toContain("Press C");
    expect(de.comments.none(true)).toContain("Drücke C");
    expect(de.comments.none(false)).not.toContain("Drücke C");
  });

  it("say of a pin whether something in it is unread", () => {
    expect(en.comments.pin("Box", 1, false)).toBe("Box: 1 comment");
    expect(en.comments.pin("Box", 2, true)).toBe("Box: 2 comments, unread");
    expect(de.comments.pin("Rechteck", 1, true)).toBe("Rechteck: 1 Kommentar, ungelesen");
  });

  it("name nobody when they don’t know who it was", () => {
    expect(en.status.conflictTitle(null, "a box", "moved")).toBe("Someone moved a box while you did");
    expect(de.status.conflictTitle(null, "Rechteck", "verschoben")).toContain("jemand");
  });
});

describe("the language", () => {
  it.each([
    [["de-AT", "en"], "de"],
    [["DE"], "de"],
    [["en-GB", "de"], "en"],
    [["fr", "de"], "de"],
    [["fr", "pt-BR"], "en"],
    [[], "en"],
  ])("of %j is %s", async (wanted, language) => {
    const loaded = await loadWords(wanted);
    expect(loaded).toEqual({ language, words: language === "de" ? de : en });
  });
});

function isFunctionOfTexts({ path, value }: Phrase): boolean {
  return typeof value === "function" && path !== "documents.redrawn";
}

/** @param number given for all that a function takes; otherwise each gets something of its own */
function say(value: unknown, number?: number): string {
  if (typeof value !== "function") return String(value);
  const args = markersOf(value).map((marker) => number ?? marker);
  return String(Reflect.apply(value, undefined, args));
}

function markersOf(value: unknown): string[] {
  return typeof value === "function" ? Array.from({ length: value.length }, (_, index) => `‹${index}›`) : [];
}
