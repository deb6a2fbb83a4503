import { STATE_PAGE_BYTES } from "../../protocol/limits.ts";
import type { Connection } from "./connection.ts";

/** A message for everyone, as JSON. */
export interface Broadcast {
  text: string;
  /** Gets an answer of its own instead. */
  except: Connection | null;
  /** Left out for clients that read slowly. */
  droppable: boolean;
  audience: Audience;
}

/** Who gets a message about presence: those whose state holds presence changes up to a number in `[from, before)`. */
export interface Audience {
  from: number;
  before: number;
}

export const EVERYONE: Audience = { from: 0, before: Infinity };

/** The frames for sockets that have no messages of their own. Each kind is built when it is first needed. */
export class SharedFrames {
  /** The broadcasts for those whose state holds none of the presence changes among them. */
  readonly #broadcasts: readonly Broadcast[];
  readonly #frames = new Map<string, readonly string[]>();
  /** The number of the first of these changes. A socket whose state holds it needs frames of its own. */
  readonly known: number;

  constructor(broadcasts: readonly Broadcast[]) {
    this.#broadcasts = broadcasts.filter(({ audience }) => audience.from === 0);
    this.known = broadcasts.reduce(
      (known, { audience: { from, before } }) => Math.min(known, from === 0 ? before : from),
      Infinity,
    );
  }

  get({ batch, delivery }: Pick<Connection, "batch" | "delivery">): readonly string[] {
    const { isCrowded } = delivery;
    const kind = `${batch} ${isCrowded}`;
    const known = this.#frames.get(kind);
    if (known) return known;
    const told = isCrowded ? this.#broadcasts.filter(({ droppable }) => !droppable) : this.#broadcasts;
    const texts = told.map(({ text }) => text);
    const frames = batch ? buildFrames(texts) : texts;
    this.#frames.set(kind, frames);
    return frames;
  }
}

/** Arrays of messages in frames of about `STATE_PAGE_BYTES`; a single message goes bare. */
export function buildFrames(texts: readonly string[]): readonly string[] {
  const frames: string[] = [];
  let gathered: string[] = [];
  let length = 0;
  const close = () => {
    const [first] = gathered;
    if (first !== undefined) frames.push(gathered.length === 1 ? first : `[${gathered.join(",")}]`);
    gathered = [];
    length = 0;
  };
  for (const text of texts) {
    if (length + text.length > STATE_PAGE_BYTES) close();
    gathered.push(text);
    length += text.length;
  }
  close();
  return frames;
}
