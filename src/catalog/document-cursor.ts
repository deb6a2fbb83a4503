import * as z from "zod/mini";
import { fail, ok, type Result } from "../protocol/errors.ts";
import { documentSorts, type DocumentSort } from "../protocol/model/document.ts";
import { idSchema } from "../protocol/model/scalars.ts";

/**
 * A place in the list of documents, right behind one of them. It holds what the list is ordered by, so that it is still
 * a place when the document is deleted or has moved.
 */
export interface DocumentCursor {
  sort: DocumentSort;
  /** What the document is ordered by: ms since the epoch, or the title's key. */
  key: string | number;
  id: string;
}

const cursorSchema = z.tuple([z.enum(documentSorts), z.union([z.string(), z.int()]), idSchema]);

export function writeCursor({ sort, key, id }: DocumentCursor): string {
  const bytes = new TextEncoder().encode(JSON.stringify([sort, key, id]));
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Clients send it back, so it may be anything. */
export function readCursor(text: string, sort: DocumentSort): Result<DocumentCursor> {
  const cursor = cursorSchema.safeParse(parse(text)).data;
  if (!cursor) return refuse("after must be the `next` of a page of documents");
  const [cursorSort, key, id] = cursor;
  if (cursorSort !== sort) return refuse(`after is from a list with sort=${cursorSort}: name the same sort`);
  if ((sort === "title") !== (typeof key === "string"))
    return refuse("after must be the `next` of a page of documents");
  return ok({ sort, key, id });
}

function refuse(message: string): Result<never> {
  return fail("invalid", message, { errors: [{ path: "after", message }] });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(text, { alphabet: "base64url" })));
  } catch {
    return undefined;
  }
}
