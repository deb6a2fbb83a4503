import { Doc, encodeStateAsUpdate } from "yjs";

/** What is played through every contender: the same Yjs updates, made before anything is measured. */
export interface Play {
  /** In order. The last one inserts `END`. */
  updates: Uint8Array[];
  /** All of them as one. */
  state: Uint8Array;
  text: string;
}

/** The writer. Fixed, so that every run plays the same bytes. */
const CLIENT_ID = 1_234_567_890;
/**
 * A character to be found in an update's bytes, where Yjs keeps text as it is (UTF-8): no number of these plays
 * contains three bytes over 127 in a row. It is counted even where a server merges updates.
 */
export const MARK = "→";
/** In the last update, and nowhere else: a receiver that has seen it has seen all. */
export const END = "~ the end ~";
/** The writer moves on after so many inserts, as people do: a state is more than one run of characters. */
const RUN_LENGTH = 20;

/** `count` inserts by one writer, of a random letter each or of `inserted`. */
export function writePlay(count: number, inserted?: string): Play {
  const doc = new Doc();
  doc.clientID = CLIENT_ID;
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  const text = doc.getText("text");
  const random = randomSource(1);
  let cursor = 0;
  for (let index = 0; index < count - 1; index++) {
    if (index % RUN_LENGTH === 0) cursor = random(text.length + 1);
    const insert = inserted ?? String.fromCharCode(97 + random(26));
    text.insert(cursor, insert);
    cursor += insert.length;
  }
  text.insert(0, inserted === undefined ? END : inserted + END);
  return { updates, state: encodeStateAsUpdate(doc), text: text.toJSON() };
}

/** Whole numbers below a limit, the same in every run. */
function randomSource(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    // Numerical Recipes' linear congruential generator; its high bits are the good ones.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
