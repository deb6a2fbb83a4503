import { describe, expect, it } from "vitest";
import { describeUnsupported } from "../../src/protocol/other-formats.ts";
import { readImageInfo } from "../../src/raster/decode/scan-image.ts";
import { concat, u32 } from "../support/export/sample-headers.ts";

const GENERAL = "The picture must be a JPEG, PNG, WebP or GIF file";

/** The box with which an ISO base media file starts, and the next one. */
function fileType(major: string, version: number, ...brands: string[]): Uint8Array {
  return concat(u32(16 + brands.length * 4), "ftyp", major, u32(version), ...brands, u32(40), "meta");
}

const HEIC =
  /^The picture is a photo in HEIC, .*save it as JPEG.*Settings › Camera › Formats › Most Compatible$/;
const AVIF = /^The picture is in AVIF, .*save it as JPEG, PNG or WebP/;
const RAW = /^The file is a camera's raw picture, .*save it as JPEG/;
const VIDEO = /^The file is a video: /;

describe("R55 a file of another format is refused by name, with the way out", () => {
  it.each<[string, Uint8Array, RegExp]>([
    ["HEIC of an iPhone", fileType("heic", 0, "mif1", "MiHB", "MiPr", "miaf", "heic", "tmap"), HEIC],
    ["HEIC of an older iPhone", fileType("heic", 0, "mif1", "heic"), HEIC],
    ["HEIC whose major brand is the container", fileType("mif1", 0, "mif1", "heic"), HEIC],
    ["HEIC with ten bits", fileType("heix", 0, "mif1", "heix", "miaf"), HEIC],
    ["HEIC with several pictures", fileType("heim", 0, "mif1", "heim"), HEIC],
    ["HEIC that moves", fileType("hevc", 0, "msf1", "hevc", "mp41", "iso8"), HEIC],
    ["HEIF that names no coding", fileType("msf1", 0, "msf1"), HEIC],
    ["AVIF of libavif", fileType("avif", 0, "avif", "mif1", "miaf", "MA1B"), AVIF],
    ["AVIF of libheif", fileType("avif", 0, "mif1", "avif", "miaf"), AVIF],
    ["AVIF whose major brand is the container", fileType("mif1", 0, "mif1", "avif"), AVIF],
    ["AVIF that moves", fileType("avis", 0, "avis", "msf1", "iso8"), AVIF],
    ["CR3", fileType("crx ", 1, "crx ", "isom"), RAW],
    ["MP4", fileType("isom", 512, "isom", "iso2", "avc1", "mp41"), VIDEO],
    ["MOV", fileType("qt  ", 0, "qt  "), VIDEO],
    ["JPEG XL", concat(u32(12), "JXL \r\n\x87\n", u32(20), "ftypjxl "), /JPEG XL/],
    ["JPEG XL without a container", concat([0xff, 0x0a, 0x10, 0x5c]), /JPEG XL/],
    ["JPEG 2000", concat(u32(12), "jP  \r\n\x87\n", u32(20), "ftypjp2 "), /JPEG 2000/],
    ["JPEG 2000 without a container", concat([0xff, 0x4f, 0xff, 0x51, 0, 0x2f]), /JPEG 2000/],
    ["TIFF", concat("II*\0", [8, 0, 0, 0]), /TIFF.*save it as JPEG, PNG or WebP/],
    ["TIFF in the other order", concat("MM\0*", [0, 0, 0, 8]), /TIFF/],
    ["BigTIFF", concat("II+\0", [8, 0, 0, 0]), /TIFF/],
    ["CR2", concat("II*\0", [16, 0, 0, 0], "CR\x02\0"), RAW],
    ["ORF", concat("IIRO", [8, 0, 0, 0]), RAW],
    ["RW2", concat("IIU\0", [0x18, 0, 0, 0]), RAW],
    ["RAF", concat("FUJIFILMCCD-RAW 0201"), RAW],
    ["BMP", concat("BM", u32(70, true), u32(0), u32(54, true), u32(40, true)), /BMP/],
    ["PSD", concat("8BPS", [0, 1], new Uint8Array(6), [0, 3]), /Photoshop/],
    ["PDF", concat("%PDF-1.7\n%\xe2\xe3\xcf\xd3"), /PDF/],
    ["SVG", concat('<svg xmlns="http://www.w3.org/2000/svg">'), /SVG.*save it as PNG/],
    [
      "SVG behind a declaration",
      concat('\xef\xbb\xbf<?xml version="1.0"?>\n<!-- Inkscape -->\n<svg\n'),
      /SVG/,
    ],
  ])("%s", async (_name, bytes, message) => {
    expect(await readImageInfo(bytes)).toMatchObject({
      ok: false,
      error: { code: "unsupported_media_type", message: expect.stringMatching(message) },
    });
  });

  it("where it is cut off or lies about its brands, too", async () => {
    const heic = fileType("heic", 0, "mif1", "heic");
    for (let length = 0; length <= heic.length; length++) {
      const read = await readImageInfo(heic.subarray(0, length));
      expect(read).toMatchObject({ ok: false, error: { code: "unsupported_media_type" } });
      // The major brand ends there.
      if (length >= 12) expect(read).toMatchObject({ error: { message: expect.stringMatching(HEIC) } });
    }
    const endless = concat([0xff, 0xff, 0xff, 0xff], heic.subarray(4), new Uint8Array(100_000));
    expect(describeUnsupported(endless)).toMatch(HEIC);
    // What follows the box is no brand.
    const before = concat(fileType("isom", 0, "isom"), "heicheic");
    expect(describeUnsupported(before)).toMatch(VIDEO);
  });

  it("but what only looks like one is not named", async () => {
    for (const bytes of [
      concat("BMW is no picture"),
      concat("II+"),
      concat("%PD"),
      concat('<?xml version="1.0"?><html></html>'),
      concat("<p>An <svg in a page"),
      concat(" ".repeat(2000), "<svg>"),
      concat("RIFF", u32(4), "WAVE"),
      concat(),
      new Uint8Array(100),
    ]) {
      expect(await readImageInfo(bytes)).toMatchObject({ error: { message: GENERAL } });
    }
  });
});
