import { acChrominance, acLuminance, dcChrominance, dcLuminance } from "../../encode/jpeg/tables.ts";
import { DamagedImage } from "../../headers/damaged-image.ts";
import type { JpegFrame } from "../../headers/jpeg-frame.ts";
import { NO_SENSE, type HuffmanCodes, type JpegTables } from "./tables.ts";

export interface JpegScan {
  /** Offsets in the file of its entropy-coded data. What ends it is a marker; `end` is only where to stop reading. */
  start: number;
  end: number;
  parts: ScanPart[];
  /** The band of coefficients, and the bits of precision before and after (ITU-T T.81 §G.1.1.1). */
  ss: number;
  se: number;
  ah: number;
  al: number;
  /** MCUs; 0: there are no restart markers. */
  restartInterval: number;
}

export interface ScanPart {
  /** The index of the component in the frame. */
  component: number;
  /** undefined: the scan has no use for it. */
  dc: HuffmanCodes | undefined;
  ac: HuffmanCodes | undefined;
}

/** Blocks of an MCU (§B.2.3). */
const MCU_BLOCKS_MAX = 10;
/** Bits that a first scan may leave out (table B.3). */
const AL_MAX = 13;

/**
 * The tables of annex K.3, for a sequential file that leaves them out. Frames of Motion JPEG do, and libjpeg-turbo and
 * browsers decode them.
 */
const standardTables = { dc: [dcLuminance, dcChrominance], ac: [acLuminance, acChrominance] } as const;

/** Reads a scan header (§B.2.3), with the tables in force. Throws `DamagedImage`, and `RangeError` past the end. */
export function readScanHeader(
  data: DataView,
  frame: JpegFrame,
  tables: JpegTables,
): Omit<JpegScan, "start" | "end"> {
  const count = data.getUint8(0);
  const band = 1 + count * 2;
  const [ss, se] = [data.getUint8(band), data.getUint8(band + 1)];
  const [ah, al] = [data.getUint8(band + 2) >> 4, data.getUint8(band + 2) & 15];
  if (count < 1 || count > frame.components.length) throw new DamagedImage(BAD_SCAN);
  const needs = frame.progressive
    ? { dc: ss === 0 && ah === 0, ac: ss > 0 }
    : // The band of a sequential scan is always the whole block, whatever the header says.
      { dc: true, ac: true };
  const requireCodes = (kind: "dc" | "ac", number: number): HuffmanCodes => {
    const codes = tables[kind][number] ?? (frame.progressive ? undefined : standardTables[kind][number]);
    if (!codes) throw new DamagedImage(NO_SENSE);
    return codes;
  };
  const parts: ScanPart[] = [];
  for (let index = 0; index < count; index++) {
    const id = data.getUint8(1 + index * 2);
    const numbers = data.getUint8(2 + index * 2);
    // As in libjpeg, where ids repeat the next component with that id is meant.
    const component = frame.components.findIndex(
      (each, at) => each.id === id && parts.every((part) => part.component !== at),
    );
    if (component < 0) throw new DamagedImage(BAD_SCAN);
    parts.push({
      component,
      dc: needs.dc ? requireCodes("dc", numbers >> 4) : undefined,
      ac: needs.ac ? requireCodes("ac", numbers & 15) : undefined,
    });
  }
  const blocks = parts.reduce((sum, { component }) => sum + blocksOf(frame, component), 0);
  if (count > 1 && blocks > MCU_BLOCKS_MAX) throw new DamagedImage(BAD_SCAN);
  if (frame.progressive && !isBand(count, ss, se, ah, al)) throw new DamagedImage(BAD_SCAN);
  return { parts, ss, se, ah, al, restartInterval: tables.restartInterval };
}

const BAD_SCAN = "a scan's header makes no sense";

/** DC alone, or a band of AC of one component; one bit at a time after the first scan (§G.1.1.1, table B.3). */
function isBand(count: number, ss: number, se: number, ah: number, al: number): boolean {
  const band = ss === 0 ? se === 0 : ss <= se && se <= 63 && count === 1;
  return band && (ah === 0 ? al <= AL_MAX : al === ah - 1);
}

function blocksOf({ components }: JpegFrame, index: number): number {
  const component = components[index];
  return component ? component.h * component.v : 0;
}
