import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { BoundedCache } from "../../src/text/bounded-cache.ts";
import { fontsFor, parseUnicodeRange } from "../../src/text/font-index.ts";
import { fontFiles, type HanForm } from "../../src/text/fonts.ts";
import { getHarfBuzz, type Direction } from "../../src/text/harfbuzz.ts";
import { openWoff } from "../../src/text/open-woff.ts";
import { TrueTypeFont } from "../../src/text/true-type.ts";
import { createTextPlatform } from "../../src/export/text-platform.ts";
import { TextLayout } from "../../src/text/text-layout.ts";
import { layoutPath } from "../support/texts.ts";

/** From article 1 of the Universal Declaration of Human Rights. */
const sentences = {
  Arabic: "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق. وقد وهبوا عقلاً وضميرًا",
  Persian: "تمام افراد بشر آزاد به دنیا می‌آیند و از لحاظ حیثیت و حقوق با هم برابرند.",
  Urdu: "تمام انسان آزاد اور حقوق و عزت کے اعتبار سے برابر پیدا ہوئے ہیں۔",
  Hebrew: "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם.",
  Hindi: "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।",
  Bengali: "সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা এবং অধিকার নিয়ে জন্মগ্রহণ করে।",
  Tamil: "மனிதப் பிறவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர்; அவர்கள் மதிப்பிலும் சமமானவர்கள்",
  Telugu: "ప్రతిపత్తిస్వత్వముల విషయమున మానవులెల్లరును జన్మతః స్వతంత్రులును సమానులును నగుదురు.",
  Gujarati: "પ્રતિષ્ઠા અને અધિકારોની દૃષ્ટિએ સર્વ માનવો જન્મથી સ્વતંત્ર અને સમાન હોય છે.",
  Punjabi: "ਸਾਰਾ ਮਨੁੱਖੀ ਪਰਿਵਾਰ ਆਪਣੀ ਮਹਿਮਾ, ਸ਼ਾਨ ਅਤੇ ਹੱਕਾਂ ਦੇ ਪੱਖੋਂ ਜਨਮ ਤੋਂ ਹੀ ਆਜ਼ਾਦ ਹੈ।",
  Kannada: "ಎಲ್ಲಾ ಮಾನವರೂ ಸ್ವತಂತ್ರರಾಗಿಯೇ ಹುಟ್ಟಿದ್ದಾರೆ.",
  Malayalam: "മനുഷ്യരെല്ലാവരും തുല്യാവകാശങ്ങളോടും അന്തസ്സോടും സ്വാതന്ത്ര്യത്തോടുംകൂടി ജനിച്ചിട്ടുള്ളവരാണ്‌.",
  Odia: "ସମସ୍ତ ମନୁଷ୍ୟ ଜନ୍ମକାଳରୁ ସ୍ୱାଧୀନ ଏବଂ ମର୍ଯ୍ୟାଦା",
  Sinhala: "සියලු මනුෂ්‍යයෝ නිදහස්ව උපත ලබා ඇත.",
  Thai: "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ น้ำ",
  Lao: "ມະນຸດທຸກຄົນເກີດມາມີອິດສະຫຼະ ນ້ຳ",
  Khmer: "មនុស្សទាំងអស់កើតមកមានសេរីភាព និងសមភាព",
  Burmese: "လူတိုင်းသည် တူညီ လွတ်လပ်သော ဂုဏ်သိက္ခာဖြင့်",
  Amharic: "የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርና በመብትም እኩልነት ያለው ነው።",
  Georgian: "ყველა ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებითა და უფლებებით. ᲗᲑᲘᲚᲘᲡᲘ",
  Armenian: "Բոլոր մարդիկ ծնվում են ազատ ու հավասար իրենց արժանապատվությամբ և իրավունքներով։",
  Japanese: "すべての人間は、生まれながらにして自由であり、かつ、尊厳と「権利」とについて平等である。",
  Korean: "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
  "Simplified Chinese": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，《书》",
  "Traditional Chinese":
    "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神相對待。",
  Vietnamese: "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền.",
  Dhivehi: "ހުރިހާ އިންސާނުން ވެސް އުފަންވަނީ، ދަރަޖަ އާއި ޙައްޤު ތަކުގައި",
  Tibetan: "འགྲོ་བ་མིའི་རིགས་རྒྱུད་ཡོངས་ལ་སྐྱེས་ཙམ་ཉིད་ནས་ཆེ་མཐོང་དང༌།",
  Syriac: "ܟܠ ܒܪܢܫܐ ܒܪܝܠܗ ܚܐܪܐ ܘܒܪܒܪ ܓܘ ܐܝܩܪܐ ܘܙܕܩܐ܀",
  Mongolian: "ᠬᠦᠮᠦᠨ ᠪᠦᠷ ᠲᠥᠷᠥᠵᠦ ᠮᠡᠨᠳᠡᠯᠡᠬᠦ ᠡᠷᠬᠡ ᠴᠢᠯᠥᠭᠡ",
  Cherokee: "ᏂᎦᏓ ᎠᏂᏴᏫ ᏂᎨᎫᏓᎸᎾ ᎠᎴ ᎤᏂᏠᏱ",
  Inuktitut: "ᐃᓅᔪᓕᒫᑦ ᐊᓂᖅᑎᕆᔪᓕᒫᑦ ᐃᓅᓚᐅᖅᑐᑦ",
  "N'Ko": "ߡߍ߲ ߠߎ߬ ߓߍ߯ ߡߊ߬ߙߌ߬ߟߊ߬ ߖߌ ߟߊ߫",
  Tamazight: "ⵉⵎⴷⴰⵏⵏ ⴰⴽⴽⵯ ⵜⵜⵍⴰⵍⵏ ⴷ ⵉⵍⴻⵍⵍⵉⵢⵏ",
  Javanese: "ꦱꦧꦼꦤ꧀ ꦮꦺꦴꦁ ꦏꦭꦲꦶꦂꦲꦏꦺ ꦏꦤ꧀ꦛꦶ ꦩꦂꦢꦶꦏ",
  Balinese: "ᬲᬓᬮ᭄ ᬫᬦᬸᬰᬦᬾ ᬳᬾᬓᬸᬯᬮ᭄",
  Sundanese: "ᮞᮊᮥᮙ᮪ᮔ ᮏᮜ᮪ᮙ ᮌᮥᮘᮢᮌ᮪",
  Fulani: "𞤋𞤲𞥆𞤢𞤥𞤢 𞤢𞤣𞤫𞥅𞤶𞤭 𞤬𞤮𞤬",
  Santali: "ᱡᱚᱛᱚ ᱦᱚᱲ ᱜᱮ ᱛᱟᱦᱮᱸᱱ ᱢᱟ",
  Meitei: "ꯃꯤ ꯈꯨꯗꯤꯡꯃꯛ ꯄꯣꯛꯄ ꯃꯇꯝꯗ",
  "Tai Lue": "ᦅᦷᧃ ᦑᦳᧂ ᦢᦱᧃ",
  "Tai Dam": "ꪎꪴ ꪹꪕꪷ ꪁꪙ",
  Cham: "ꨂꨣꩃ ꨔꨯꨱꩀ",
  Vai: "ꕉꕜꕮ ꔔꘋ ꖸ ꔰ ꗋꘋ",
  Limbu: "ᤕᤠᤰᤌᤢᤱ ᤋᤠᤱᤜᤢ",
  Osage: "𐓏𐓘𐓻𐓘𐓻𐓟 𐒻𐓟",
  Rohingya: "𐴀𐴝𐴌𐴡𐴇 𐴕𐴞𐴉𐴡",
  "Kayah Li": "ꤊꤢꤛꤢ꤭ ꤜꤟꤤ꤬",
  Newar: "𑐣𑐾𑐥𑐵𑐮 𑐨𑐵𑐲𑐵",
  Sylheti: "ꠍꠤꠟꠐꠤ ꠝꠣꠘꠥꠡ",
  symbols: "→ ← ↑ ↓ ⇒ ■ ● ▲ ★ ☆ ✓ ✗ ∑ ∫ √ ∞ ≤ ≠ ① ♠ ⌘ 𝑥² ℃ ½ № ♪ ⠿",
};

const platform = createTextPlatform(env.ASSETS);
const harfBuzz = getHarfBuzz(platform.harfBuzzModule);

async function layoutOf(text: string): Promise<TextLayout> {
  const layout = new TextLayout(platform);
  await layout.load([text]);
  return layout;
}

/** The x coordinates at which the subpaths of path data begin. */
function starts(path: string): number[] {
  return Array.from(path.matchAll(/M(-?[\d.]+)/g), ([, x = ""]) => Number(x));
}

async function readFontFile(subset: string): Promise<Uint8Array> {
  const woff = await platform.readFile(`fonts/noto-sans-${subset}-400-normal.woff`);
  return await openWoff(woff, platform.inflate);
}

describe("a sentence", () => {
  it.each(Object.entries(sentences))("in %s has every character", async (_language, sentence) => {
    const layout = await layoutOf(sentence);
    const { width, emoji: placed } = layoutPath(layout, sentence, 20, undefined);
    expect([...layout.missing]).toEqual([]);
    expect(placed).toEqual([]);
    expect(width).toBeGreaterThan(sentence.length * 3);
    expect(width).toBeLessThan(sentence.length * 24);
    for (const word of new Set(sentence.split(" "))) {
      expect(layoutPath(layout, word, 20, undefined).path).not.toBe("");
    }
  });

  it("of several scripts and directions is set in one line", async () => {
    const text = "Hello (שלום) مرحبا नमस्ते 世界 안녕 สวัสดี!";
    const layout = await layoutOf(text);
    const { height } = layoutPath(layout, text, 20, undefined);
    expect(height).toBeCloseTo(20 * 1.362);
    expect(layout.missing.size).toBe(0);
  });
});

/** The glyph ids come from HarfBuzz's own command line tool, `hb-shape`, with these font files. */
describe("shaping", () => {
  const cases: [name: string, subset: string, direction: Direction, text: string, glyphs: number[]][] = [
    ["joins three Arabic letters", "arabic-arabic", "rtl", "ببب", [290, 15, 290, 16, 290, 19]],
    ["draws lam and alef as one shape of two glyphs", "arabic-arabic", "rtl", "لا", [10, 73]],
    ["puts Hebrew points before the letter in visual order", "hebrew-hebrew", "rtl", "שָׁ", [79, 100, 96]],
    ["makes one glyph of a Devanagari conjunct", "devanagari-devanagari", "ltr", "क्ष", [90]],
    ["keeps the halves that a non-joiner parts", "devanagari-devanagari", "ltr", "क्‌ष", [56, 103, 3, 86]],
    ["puts a Devanagari vowel before its letter", "devanagari-devanagari", "ltr", "किं", [557, 56, 759]],
    ["puts a repha over the letter after it", "devanagari-devanagari", "ltr", "र्क", [56, 503]],
    ["makes one glyph of a Bengali conjunct", "bengali-bengali", "ltr", "ক্ষ", [125]],
    ["draws a Bengali vowel on both sides", "bengali-bengali", "ltr", "কো", [386, 25, 59]],
    ["draws a Tamil vowel on both sides", "tamil-tamil", "ltr", "கொ", [46, 18, 41]],
    ["makes one glyph of a Tamil syllable", "tamil-tamil", "ltr", "ஸ்ரீ", [163]],
    ["puts a Thai tone over the ring of AM", "thai-thai", "ltr", "น้ำ", [61, 57, 47, 76]],
    ["puts a Khmer vowel and a subscript in their places", "khmer-khmer", "ltr", "ខ្មែ", [128, 46, 212]],
    ["puts a Burmese medial before its letter", "myanmar-myanmar", "ltr", "မြန်", [47, 29, 24, 381]],
  ];
  it.each(cases)("%s", async (_name, subset, direction, text, glyphs) => {
    const file = await readFontFile(subset);
    expect(harfBuzz.shape(file, text, direction).map(({ id }) => id)).toEqual(glyphs);
  });

  it("joins Arabic letters over a direction mark, and parts them at a non-joiner", async () => {
    const layout = await layoutOf("بب\u200c\u200f");
    const path = (text: string): string => layoutPath(layout, text, 20, undefined).path;
    expect(path("ب\u200fب")).toBe(path("بب"));
    expect(path("ب\u200cب")).not.toBe(path("بب"));
  });

  it("puts a mark over its letter, which takes no more room", async () => {
    const layout = await layoutOf("שָ ที่ بَ");
    for (const [letter, marked] of [
      ["ש", "שָ"],
      ["ท", "ที่"],
      ["ب", "بَ"],
    ] as const) {
      const plain = layoutPath(layout, letter, 100, undefined);
      const both = layoutPath(layout, marked, 100, undefined);
      expect(both.width).toBeCloseTo(plain.width);
      expect(starts(both.path).length).toBeGreaterThan(starts(plain.path).length);
    }
  });

  it("mirrors brackets once, wherever they are from", async () => {
    const layout = await layoutOf("אב(ג) ابج[ا]");
    for (const text of ["(ג)", "[ا]"]) {
      const { path } = layoutPath(layout, text, 20, undefined);
      const [open = "", close = ""] = text.replace(/\p{Letter}/u, "");
      expect(path.startsWith(layoutPath(layout, open, 20, undefined).path)).toBe(true);
      expect(layoutPath(layout, close, 20, undefined).path.length).toBeGreaterThan(0);
    }
  });
});

describe("lines", () => {
  const lines = (layout: TextLayout, text: string, width: number): number =>
    Math.round(layoutPath(layout, text, 20, width).height / (20 * 1.362));

  it("of Thai break between words, of Chinese never before a closing bracket or after an opening one", async () => {
    const thai = sentences.Thai;
    const layout = await layoutOf(thai);
    expect(lines(layout, thai, 200)).toBeGreaterThan(2);
    // กัน is one word. A line with room only for ก does not break it.
    const width =
      layoutPath(layout, "เสมอภาค", 20, undefined).width + layoutPath(layout, "ก", 20, undefined).width + 1;
    expect(layoutPath(layout, "เสมอภาคกัน", 20, width).width).toBeCloseTo(
      layoutPath(layout, "เสมอภาค", 20, undefined).width,
    );

    const chinese = await layoutOf("人人《书名》");
    // There is room for the bracket, but not for what it contains.
    expect(chinese.layout("人人《书名》", 20, 61).width).toBeLessThan(61);
    expect(lines(chinese, "人人《书名》", 61)).toBeGreaterThan(1);
    expect(chinese.layout("人人《书名》", 20, 81).width).toBeCloseTo(80);
  });

  it("of Arabic keep their words' order and stand at the right", async () => {
    const layout = await layoutOf(sentences.Arabic);
    const { path } = layoutPath(layout, sentences.Arabic, 20, 300);
    expect(Math.max(...starts(path))).toBeGreaterThan(280);
    // The first word, on the first line, is on the far right.
    const first = layoutPath(layout, "يولد", 20, 300).path;
    expect(path.includes(first)).toBe(true);
  });
});

describe("Chinese characters", () => {
  it("ten thousand different ones are set in bounded time and memory", async () => {
    const text = String.fromCodePoint(...Array.from({ length: 10_000 }, (_, index) => 0x4e00 + index));
    const started = performance.now();
    const layout = await layoutOf(text);
    const { path } = layoutPath(layout, text, 20, 1500);
    expect(performance.now() - started).toBeLessThan(20_000);
    // Nothing is lost: each becomes a glyph, or a box with a warning.
    expect(path.length).toBeGreaterThan(text.length * 200);
    expect(layout.missing.size).toBeLessThan(2_500);
    expect(harfBuzz.memoryBytes).toBeLessThan(12 * 1024 * 1024);
  });
});

describe("what nothing has", () => {
  it("is a box with its code: lone surrogates, controls, private and ancient characters", async () => {
    const text = "a\ud83d b\u0007 \u{13000} \ue000 \u{10ffff}c";
    const layout = await layoutOf(text);
    const { path, width } = layoutPath(layout, text, 20, undefined);
    expect([...layout.missing]).toEqual([0xd83d, 0x07, 0x13000, 0xe000, 0x10ffff]);
    expect(path).not.toContain("NaN");
    expect(width).toBeGreaterThan(layoutPath(layout, "a b   c", 20, undefined).width + 5 * 10);
  });

  it("a letter under thousands of marks is set in bounded time", async () => {
    const text = `e${"\u0301\u0302".repeat(4_999)}`;
    const started = performance.now();
    const layout = await layoutOf(text);
    expect(layoutPath(layout, text, 20, 200).path).not.toBe("");
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe("font files", () => {
  it("are unpacked from WOFF, and anything else is refused", async () => {
    const file = await readFontFile("thai-thai");
    expect(new DataView(file.buffer).getUint32(0)).toBe(0x00010000);
    expect(harfBuzz.glyphOf(file, 0x0e01)).toBeGreaterThan(0);
    expect(harfBuzz.glyphOf(file, 0x4e00)).toBe(0);
    for (const bytes of [8, 100])
      await expect(openWoff(new Uint8Array(bytes), platform.inflate)).rejects.toThrow("Not a WOFF file");
  });

  it.each(["vietnamese", "bengali-bengali", "sc-119"])(
    "%s has outlines that fill their glyph's box",
    async (subset) => {
      const file = await readFontFile(subset);
      const view = new DataView(file.buffer);
      const table = (tag: string): number => {
        for (let entry = 12; ; entry += 16) {
          if (String.fromCharCode(...file.subarray(entry, entry + 4)) === tag)
            return view.getUint32(entry + 8);
        }
      };
      const [head, loca, glyf] = [table("head"), table("loca"), table("glyf")];
      const long = view.getInt16(head + 50) === 1;
      const locate = (glyph: number): number =>
        long ? view.getUint32(loca + glyph * 4) : view.getUint16(loca + glyph * 2) * 2;
      const font = new TrueTypeFont(file);
      let composites = 0;
      for (let glyph = 0; glyph < view.getUint16(table("maxp") + 4); glyph++) {
        const at = glyf + locate(glyph);
        const coordinates = Array.from(font.outline(glyph).coordinates);
        if (locate(glyph + 1) === locate(glyph)) {
          expect(coordinates).toEqual([]);
          continue;
        }
        if (view.getInt16(at) < 0) composites++;
        const xs = coordinates.filter((_, index) => index % 2 === 0);
        const ys = coordinates.filter((_, index) => index % 2 === 1);
        const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
        // Scaled components are rounded in the file.
        for (const [index, side] of box.entries()) {
          expect(Math.abs(side - view.getInt16(at + 2 + index * 2))).toBeLessThanOrEqual(3);
        }
      }
      expect(composites > 0).toBe(subset !== "sc-119");
    },
  );

  it("are each named once, with ranges", () => {
    expect(new Set(fontFiles.map(({ name }) => name)).size).toBe(fontFiles.length);
    for (const { file, name, unicodeRange } of fontFiles) {
      expect(file.endsWith(`/${name}`)).toBe(true);
      for (const [first, last] of parseUnicodeRange(unicodeRange)) expect(first).toBeLessThanOrEqual(last);
    }
  });

  it("are tried in an order that depends on the text's style only", () => {
    const families = (codePoint: number, form?: HanForm, fullWidth = false): string[] =>
      fontsFor(codePoint, { form, fullWidth }).map(({ family }) => family);
    expect(families(0x61)[0]).toBe("noto-sans");
    expect(families(0x4e00)).toEqual(["noto-sans-sc", "noto-sans-tc", "noto-sans-jp", "noto-sans-kr"]);
    expect(families(0x4e00, "jp")).toEqual(["noto-sans-jp", "noto-sans-sc", "noto-sans-tc", "noto-sans-kr"]);
    expect(families(0x4e00, "tc")).toEqual(["noto-sans-tc", "noto-sans-sc", "noto-sans-jp", "noto-sans-kr"]);
    expect(families(0x4e00, "kr")[0]).toBe("noto-sans-kr");
    // An arrow is full-width beside kana.
    expect(families(0x2192)[0]).toBe("noto-sans-symbols");
    expect(families(0x2192, "jp")[0]).toBe("noto-sans-jp");
    // A dash is full-width only where all signs are, a letter never.
    expect(families(0x2014, "jp")[0]).toBe("noto-sans");
    expect(families(0x2014, "jp", true)[0]).toBe("noto-sans-jp");
    expect(families(0x61, "jp", true)[0]).toBe("noto-sans");
    expect(families(0x10ffff)).toEqual([]);
  });
});

describe("BoundedCache", () => {
  it("forgets what was used longest ago, and never weighs more than its limit", () => {
    const cache = new BoundedCache<string, string>(5, (value) => value.length);
    cache.set("a", "aa");
    cache.set("b", "bbb");
    expect(cache.get("a")).toBe("aa");
    expect(cache.weight).toBe(5);
    cache.set("c", "c");
    expect(cache.get("b")).toBeUndefined();
    expect(cache.get("a")).toBe("aa");
    cache.set("a", "a");
    expect(cache.weight).toBe(2);
    cache.set("huge", "too much");
    expect(cache.get("huge")).toBeUndefined();
    expect(cache.weight).toBe(0);
  });

  it("tells of each value that it drops, and makes room before a value is there", () => {
    const dropped: string[] = [];
    const cache = new BoundedCache<string, string>(
      5,
      (value) => value.length,
      (value) => dropped.push(value),
    );
    cache.set("a", "aa");
    cache.set("b", "bbb");
    cache.makeRoom(2);
    expect(dropped).toEqual(["aa"]);
    cache.makeRoom(2);
    cache.set("b", "bbb");
    expect(dropped).toEqual(["aa"]);
    cache.set("b", "b");
    cache.makeRoom(5);
    expect(dropped).toEqual(["aa", "bbb", "b"]);
  });
});
