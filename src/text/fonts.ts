import adlam from "@fontsource/noto-sans-adlam/unicode.json" with { type: "json" };
import arabic from "@fontsource/noto-sans-arabic/unicode.json" with { type: "json" };
import armenian from "@fontsource/noto-sans-armenian/unicode.json" with { type: "json" };
import balinese from "@fontsource/noto-sans-balinese/unicode.json" with { type: "json" };
import bengali from "@fontsource/noto-sans-bengali/unicode.json" with { type: "json" };
import canadianAboriginal from "@fontsource/noto-sans-canadian-aboriginal/unicode.json" with { type: "json" };
import cham from "@fontsource/noto-sans-cham/unicode.json" with { type: "json" };
import cherokee from "@fontsource/noto-sans-cherokee/unicode.json" with { type: "json" };
import devanagari from "@fontsource/noto-sans-devanagari/unicode.json" with { type: "json" };
import ethiopic from "@fontsource/noto-sans-ethiopic/unicode.json" with { type: "json" };
import georgian from "@fontsource/noto-sans-georgian/unicode.json" with { type: "json" };
import gujarati from "@fontsource/noto-sans-gujarati/unicode.json" with { type: "json" };
import gurmukhi from "@fontsource/noto-sans-gurmukhi/unicode.json" with { type: "json" };
import hanifiRohingya from "@fontsource/noto-sans-hanifi-rohingya/unicode.json" with { type: "json" };
import hebrew from "@fontsource/noto-sans-hebrew/unicode.json" with { type: "json" };
import javanese from "@fontsource/noto-sans-javanese/unicode.json" with { type: "json" };
import japanese from "@fontsource/noto-sans-jp/unicode.json" with { type: "json" };
import kannada from "@fontsource/noto-sans-kannada/unicode.json" with { type: "json" };
import kayahLi from "@fontsource/noto-sans-kayah-li/unicode.json" with { type: "json" };
import khmer from "@fontsource/noto-sans-khmer/unicode.json" with { type: "json" };
import korean from "@fontsource/noto-sans-kr/unicode.json" with { type: "json" };
import lao from "@fontsource/noto-sans-lao/unicode.json" with { type: "json" };
import limbu from "@fontsource/noto-sans-limbu/unicode.json" with { type: "json" };
import malayalam from "@fontsource/noto-sans-malayalam/unicode.json" with { type: "json" };
import meeteiMayek from "@fontsource/noto-sans-meetei-mayek/unicode.json" with { type: "json" };
import mongolian from "@fontsource/noto-sans-mongolian/unicode.json" with { type: "json" };
import myanmar from "@fontsource/noto-sans-myanmar/unicode.json" with { type: "json" };
import newTaiLue from "@fontsource/noto-sans-new-tai-lue/unicode.json" with { type: "json" };
import newa from "@fontsource/noto-sans-newa/unicode.json" with { type: "json" };
import nko from "@fontsource/noto-sans-nko/unicode.json" with { type: "json" };
import olChiki from "@fontsource/noto-sans-ol-chiki/unicode.json" with { type: "json" };
import oriya from "@fontsource/noto-sans-oriya/unicode.json" with { type: "json" };
import osage from "@fontsource/noto-sans-osage/unicode.json" with { type: "json" };
import simplifiedChinese from "@fontsource/noto-sans-sc/unicode.json" with { type: "json" };
import sinhala from "@fontsource/noto-sans-sinhala/unicode.json" with { type: "json" };
import sundanese from "@fontsource/noto-sans-sundanese/unicode.json" with { type: "json" };
import sylotiNagri from "@fontsource/noto-sans-syloti-nagri/unicode.json" with { type: "json" };
import symbols2 from "@fontsource/noto-sans-symbols-2/unicode.json" with { type: "json" };
import symbols from "@fontsource/noto-sans-symbols/unicode.json" with { type: "json" };
import syriac from "@fontsource/noto-sans-syriac/unicode.json" with { type: "json" };
import taiViet from "@fontsource/noto-sans-tai-viet/unicode.json" with { type: "json" };
import tamil from "@fontsource/noto-sans-tamil/unicode.json" with { type: "json" };
import traditionalChinese from "@fontsource/noto-sans-tc/unicode.json" with { type: "json" };
import telugu from "@fontsource/noto-sans-telugu/unicode.json" with { type: "json" };
import thaana from "@fontsource/noto-sans-thaana/unicode.json" with { type: "json" };
import thai from "@fontsource/noto-sans-thai/unicode.json" with { type: "json" };
import tifinagh from "@fontsource/noto-sans-tifinagh/unicode.json" with { type: "json" };
import vai from "@fontsource/noto-sans-vai/unicode.json" with { type: "json" };
import notoSans from "@fontsource/noto-sans/unicode.json" with { type: "json" };
import tibetan from "@fontsource/noto-serif-tibetan/unicode.json" with { type: "json" };

/**
 * The fonts for text: Noto Sans (SIL OFL 1.1) in the subsets of Fontsource. The build copies them into `public/fonts/`.
 * Pure data. Another script needs one more package and one more line in `fontFiles`.
 *
 * The files are WOFF 1.0, whose tables are plain deflate (see `open-woff.ts`). WOFF2 is a fifth smaller, but Workers
 * have no decoder for it. Every browser reads both.
 */

export interface FontFile {
  family: string;
  /** Path inside `node_modules`. */
  file: string;
  /** File name under `/fonts/`. */
  name: string;
  /** CSS `unicode-range` (css-fonts-4 §4.5) from the package: what the file is for. The file may lack part of it. */
  unicodeRange: string;
}

/**
 * The form of Chinese characters: that of Japan, Korea, mainland China or Taiwan. Unicode has one code point for all of
 * them; the surrounding text decides.
 */
export type HanForm = "jp" | "kr" | "sc" | "tc";

/** Decides which of the fonts that have a character suits a text best. */
export interface FontStyle {
  /** undefined: no Chinese characters. */
  form: HanForm | undefined;
  /** Whether signs shared by Chinese, Japanese and Latin text are full-width. */
  fullWidth: boolean;
}

/** The style of a text without Chinese characters. */
export const plainStyle: FontStyle = { form: undefined, fullWidth: false };

/**
 * Dashes, ellipses and quotes. Full-width ones are as wide as Chinese characters: dots are centred, and two dashes
 * join.
 */
const sharedSigns: ReadonlySet<number> = new Set([0x2014, 0x2015, 0x2025, 0x2026, 0x201c, 0x201d]);

/** The range of the Math package, whose metadata declares only Latin. */
const mathRange =
  "U+0300-036F,U+0370-03FF,U+2010-205F,U+2070-209C,U+20D0-20F0,U+2100-2BFF,U+1D400-1D7FF,U+1EE00-1EEFF";

/**
 * Scripts that Unicode lists as in limited use (UAX #31, table 7), as far as this release has them, and Mongolian. Some
 * of these files also contain punctuation of other scripts.
 */
const limitedUse: readonly FontFile[] = [
  ...subsets("noto-sans-syriac", syriac, ["syriac"]),
  ...subsets("noto-sans-mongolian", mongolian, ["mongolian"]),
  ...subsets("noto-sans-cherokee", cherokee, ["cherokee"]),
  ...subsets("noto-sans-canadian-aboriginal", canadianAboriginal, ["canadian-aboriginal"]),
  ...subsets("noto-sans-nko", nko, ["nko"]),
  ...subsets("noto-sans-tifinagh", tifinagh, ["tifinagh"]),
  ...subsets("noto-sans-javanese", javanese, ["javanese"]),
  ...subsets("noto-sans-balinese", balinese, ["balinese"]),
  ...subsets("noto-sans-sundanese", sundanese, ["sundanese"]),
  ...subsets("noto-sans-adlam", adlam, ["adlam"]),
  ...subsets("noto-sans-ol-chiki", olChiki, ["ol-chiki"]),
  ...subsets("noto-sans-meetei-mayek", meeteiMayek, ["meetei-mayek"]),
  ...subsets("noto-sans-new-tai-lue", newTaiLue, ["new-tai-lue"]),
  ...subsets("noto-sans-tai-viet", taiViet, ["tai-viet"]),
  ...subsets("noto-sans-cham", cham, ["cham"]),
  ...subsets("noto-sans-vai", vai, ["vai"]),
  ...subsets("noto-sans-limbu", limbu, ["limbu"]),
  ...subsets("noto-sans-osage", osage, ["osage"]),
  ...subsets("noto-sans-hanifi-rohingya", hanifiRohingya, ["hanifi-rohingya"]),
  ...subsets("noto-sans-kayah-li", kayahLi, ["kayah-li"]),
  ...subsets("noto-sans-newa", newa, ["newa"]),
  ...subsets("noto-sans-syloti-nagri", sylotiNagri, ["syloti-nagri"]),
];

/** All files, in the order in which to try them. The first one has the digits for the boxes of missing characters. */
export const fontFiles: readonly FontFile[] = [
  ...subsets("noto-sans", notoSans, [
    "latin",
    "latin-ext",
    "greek",
    "cyrillic",
    "vietnamese",
    "greek-ext",
    "cyrillic-ext",
  ]),
  ...subsets("noto-sans-arabic", arabic, ["arabic"]),
  ...subsets("noto-sans-hebrew", hebrew, ["hebrew"]),
  ...subsets("noto-sans-devanagari", devanagari, ["devanagari"]),
  ...subsets("noto-sans-bengali", bengali, ["bengali"]),
  ...subsets("noto-sans-tamil", tamil, ["tamil"]),
  ...subsets("noto-sans-gujarati", gujarati, ["gujarati"]),
  ...subsets("noto-sans-gurmukhi", gurmukhi, ["gurmukhi"]),
  ...subsets("noto-sans-kannada", kannada, ["kannada"]),
  ...subsets("noto-sans-malayalam", malayalam, ["malayalam"]),
  ...subsets("noto-sans-oriya", oriya, ["oriya"]),
  ...subsets("noto-sans-telugu", telugu, ["telugu"]),
  ...subsets("noto-sans-sinhala", sinhala, ["sinhala"]),
  ...subsets("noto-sans-thai", thai, ["thai"]),
  ...subsets("noto-sans-lao", lao, ["lao"]),
  ...subsets("noto-sans-khmer", khmer, ["khmer"]),
  ...subsets("noto-sans-myanmar", myanmar, ["myanmar"]),
  ...subsets("noto-sans-ethiopic", ethiopic, ["ethiopic"]),
  ...subsets("noto-sans-georgian", georgian, ["georgian"]),
  ...subsets("noto-sans-armenian", armenian, ["armenian"]),
  ...subsets("noto-sans-thaana", thaana, ["thaana"]),
  ...subsets("noto-serif-tibetan", tibetan, ["tibetan"]),
  ...limitedUse,
  ...subsets("noto-sans-symbols", symbols, ["symbols"]),
  ...subsets("noto-sans-math", { latin: mathRange }, ["latin"]),
  ...subsets("noto-sans-symbols-2", symbols2, ["symbols", "math", "braille", "mayan-numerals"]),
  ...numberedSubsets("noto-sans-sc", simplifiedChinese),
  ...numberedSubsets("noto-sans-tc", traditionalChinese),
  ...numberedSubsets("noto-sans-jp", japanese),
  ...numberedSubsets("noto-sans-kr", korean),
];

/** Families tried after all others except Chinese ones; in texts with Chinese characters, after these too. */
const lateFamilies = new Set([
  ...limitedUse.map(({ family }) => family),
  "noto-sans-symbols",
  "noto-sans-symbols-2",
  "noto-sans-math",
]);
const hanFamilies = new Set(["noto-sans-sc", "noto-sans-tc", "noto-sans-jp", "noto-sans-kr"]);

/**
 * How early to try a file for a code point, lower first. In a text with a form of Chinese characters, that form's
 * family comes before the symbols, which are full-width there, and before the other Chinese families. Without a form,
 * Chinese families come last.
 */
export function fontRank(font: FontFile, codePoint: number, { form, fullWidth }: FontStyle): number {
  if (hanFamilies.has(font.family)) {
    if (font.family !== `noto-sans-${form}`) return 3;
    return fullWidth && sharedSigns.has(codePoint) ? -1 : 1;
  }
  return lateFamilies.has(font.family) ? 2 : 0;
}

function subsets<Subset extends string>(
  family: string,
  unicodeRanges: Readonly<Record<Subset, string>>,
  names: readonly Subset[],
): FontFile[] {
  return names.map((subset) => {
    const name = `${family}-${subset}-400-normal.woff`;
    return { family, file: `@fontsource/${family}/files/${name}`, name, unicodeRange: unicodeRanges[subset] };
  });
}

/**
 * The parts of a large font, which the metadata names `[0]`, `[1]` and so on. Its Latin and Cyrillic are left out: Noto
 * Sans has them.
 */
function numberedSubsets(family: string, unicodeRanges: Readonly<Record<string, string>>): FontFile[] {
  return Object.entries(unicodeRanges).flatMap(([subset, range]) => {
    const number = /^\[(\d+)\]$/.exec(subset)?.[1];
    return number === undefined ? [] : subsets(family, { [number]: range }, [number]);
  });
}
