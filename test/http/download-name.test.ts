import { describe, expect, it } from "vitest";
import { describeDownload, toFileStem } from "../../src/http/answers/download-name.ts";
import { exportJobSchema, type ExportJob } from "../../src/protocol/model/export-job.ts";
import { exampleExport } from "../../src/http/openapi/examples.ts";

const job: ExportJob = exportJobSchema.parse({ ...exampleExport, format: "png" });
const w3c: ExportJob = { ...job, format: "json", options: { ...job.options, profile: "w3c" } };

describe("the name of a download", () => {
  it.each([
    ["Plan of the falls", "filename=\"Plan of the falls.png\"; filename*=UTF-8''Plan%20of%20the%20falls.png"],
    [
      "Café №5, 50%",
      "filename=\"Cafe No5, 50_.png\"; filename*=UTF-8''Caf%C3%A9%20%E2%84%965%2C%2050%25.png",
    ],
    ["it's (a*b)", "filename=\"it's (a-b).png\"; filename*=UTF-8''it%27s%20%28a-b%29.png"],
    [
      "滝の夕暮れ",
      `filename="${job.id}.png"; filename*=UTF-8''%E6%BB%9D%E3%81%AE%E5%A4%95%E6%9A%AE%E3%82%8C.png`,
    ],
    ["滝 2", "filename=\"_ 2.png\"; filename*=UTF-8''%E6%BB%9D%202.png"],
    ["...", `filename="${job.id}.png"; filename*=UTF-8''${job.id}.png`],
  ])("of %j is for every browser", (title, expected) => {
    expect(describeDownload(title, job)).toBe(`attachment; ${expected}`);
  });

  it("ends in jsonld for a W3C file, and else in the format", () => {
    expect(describeDownload("x", w3c)).toContain('filename="x.jsonld"');
    expect(describeDownload("x", { ...job, format: "json" })).toContain('filename="x.json"');
  });

  it.each([
    ["../../etc/passwd", "-..-etc-passwd"],
    ["C:\\Windows\\x", "C--Windows-x"],
    ['a"b<c>d|e?f*g', "a-b-c-d-e-f-g"],
    ["line one\r\nSet-Cookie: x=1", "line one Set-Cookie- x=1"],
    ["nul\u0000 bell\u0007 del\u007f c1\u0085", "nul bell del c1"],
    // What would look like photo.exe.png turned around.
    ["photo\u202egnp.exe", "photognp.exe"],
    ["\u2066a\u2069\u200b\ufeff", "a"],
    ["  .hidden. ", "hidden"],
    ["half \ud83d", "half \ufffd"],
    ["e\u0301", "\u00e9"],
    ["family 👨‍👩‍👧 می‌خواهم", "family 👨‍👩‍👧 می‌خواهم"],
    ["", ""],
  ])("holds nothing of %j that could do harm", (title, stem) => {
    expect(toFileStem(title)).toBe(stem);
  });

  it.each(["CON", "prn", "Aux", "nul", "COM1", "lpt9", "com¹", "con.txt", "NUL .a", "CONIN$"])(
    "is no device on Windows: %s",
    (title) => expect(toFileStem(title)).toBe(`_${title}`),
  );

  it.each(["CONSOLE", "com", "com10", "aux-1"])("may begin like one: %s", (title) => {
    expect(toFileStem(title)).toBe(title);
  });

  it("has room in a file system: 200 bytes, cut between characters as people see them", () => {
    expect(toFileStem("x".repeat(200))).toHaveLength(200);
    expect(toFileStem("x".repeat(201))).toBe("x".repeat(200));
    expect(toFileStem("é".repeat(256))).toBe("é".repeat(100));
    const family = "👨‍👩‍👧‍👦";
    expect(toFileStem(family.repeat(20))).toBe(family.repeat(8));
    const header = describeDownload("滝".repeat(256), job);
    expect(decodeURIComponent(header.split("''")[1] ?? "")).toBe(`${"滝".repeat(66)}.png`);
  });

  it("is a header of plain ASCII, whatever the title", () => {
    for (let code = 0; code < 0x3000; code++) {
      const header = describeDownload(`a${String.fromCharCode(code)}b`, job);
      expect(header).toMatch(/^attachment; filename="[ -!#-[\]-~]+"; filename\*=UTF-8''[\w!#$&+\-.^`|~%]+$/);
    }
  });
});
