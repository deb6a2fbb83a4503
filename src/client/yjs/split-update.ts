import * as Y from "yjs";

type Struct = ReturnType<typeof Y.decodeUpdate>["structs"][number];
type Deletion = { client: number; clock: number; len: number };
type Part = Struct | Deletion;

/**
 * The update in pieces of at most `maxBytes`, to be applied in this order. Only a single value that is larger, such as
 * a binary one, stays whole.
 */
export function splitUpdate(update: Uint8Array, maxBytes: number): Uint8Array[] {
  if (update.length <= maxBytes) return [update];
  const { structs, ds } = Y.decodeUpdate(update);
  const deletions = [...ds.clients].flatMap(([client, ranges]) =>
    ranges.map(({ clock, len }) => ({ client, clock, len })),
  );
  return encodeWithin([...structs, ...deletions], maxBytes);
}

function encodeWithin(parts: readonly Part[], maxBytes: number): Uint8Array[] {
  const update = encodeUpdate(parts);
  if (update.length <= maxBytes) return [update];
  const [only] = parts;
  const halves = parts.length === 1 && only ? halveItem(only) : parts;
  if (halves.length < 2) return [update];
  const middle = halves.length >> 1;
  return [
    ...encodeWithin(halves.slice(0, middle), maxBytes),
    ...encodeWithin(halves.slice(middle), maxBytes),
  ];
}

/** Text that was inserted at once is one item, however long it is. */
function halveItem(part: Part): Part[] {
  if (!(part instanceof Y.Item) || part.length < 2) return [part];
  let length = part.length >> 1;
  // Yjs would put U+FFFD for both halves of a surrogate pair.
  if (part.content instanceof Y.ContentString && isHighSurrogate(part.content.str.charCodeAt(length - 1)))
    length++;
  if (length === part.length) return [part];
  const { client, clock } = part.id;
  const rightContent = part.content.splice(length);
  part.length = length;
  const right = new Y.Item(
    Y.createID(client, clock + length),
    null,
    Y.createID(client, clock + length - 1),
    null,
    part.rightOrigin,
    null,
    null,
    rightContent,
  );
  return [part, right];
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

/** The encoding that `Y.applyUpdate` reads. All its numbers are written as `writeLen` writes them. */
function encodeUpdate(parts: readonly Part[]): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  const structs = new Map<number, Struct[]>();
  const deletions = new Map<number, Deletion[]>();
  for (const part of parts) {
    if ("client" in part) append(deletions, part.client, part);
    else append(structs, part.id.client, part);
  }
  encoder.writeLen(structs.size);
  for (const [client, list] of structs) {
    encoder.writeLen(list.length);
    encoder.writeClient(client);
    encoder.writeLen(list[0]?.id.clock ?? 0);
    for (const struct of list) struct.write(encoder, 0);
  }
  encoder.writeLen(deletions.size);
  for (const [client, list] of deletions) {
    encoder.writeClient(client);
    encoder.writeLen(list.length);
    for (const { clock, len } of list) {
      encoder.writeLen(clock);
      encoder.writeLen(len);
    }
  }
  return encoder.toUint8Array();
}

function append<T>(lists: Map<number, T[]>, client: number, value: T): void {
  const list = lists.get(client);
  if (list) list.push(value);
  else lists.set(client, [value]);
}
