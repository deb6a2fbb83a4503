import type { Context } from "hono";
import type { Result } from "../../protocol/errors.ts";
import type { Piece, PieceCursor } from "../../room/json-pieces.ts";
import type { AppEnv } from "../app-env.ts";
import { LargeAnswers, type Place } from "./large-answers.ts";
import { refusal, unwrap } from "./refusal.ts";

/** Shared by all requests of this isolate. */
const largeAnswers = new LargeAnswers();

type ReadPiece = (place: PieceCursor | null) => Promise<Result<Piece>>;

/**
 * Answers with a JSON text that the room hands out in pieces, and ends it with a newline. A single piece is answered at
 * once. More are streamed, so that neither the room nor this isolate ever holds the whole text. An error after the
 * first piece can only end the answer early.
 */
export async function answerPieces(c: Context<AppEnv>, read: ReadPiece): Promise<Response> {
  const first = unwrap(await largeAnswers.inTurn(() => read(null)));
  c.header("Content-Type", "application/json");
  if (first.next === null) return c.body(`${first.text}\n`, 200);
  const place = largeAnswers.enter();
  if (!place) {
    throw refusal("unavailable", "Too many large answers are on their way: try again in a moment");
  }
  return c.body(streamPieces(first, read, place), 200);
}

function streamPieces(first: Piece, read: ReadPiece, place: Place): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let piece: Piece | null = first;
  let next = first.next;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          if (!largeAnswers.goOn(place)) throw new Error("The reader has stalled");
          const { text, next: following } = piece ?? unwrap(await largeAnswers.inTurn(() => read(next)));
          piece = null;
          next = following;
          controller.enqueue(encoder.encode(next === null ? `${text}\n` : text));
          if (next !== null) return;
          largeAnswers.leave(place);
          controller.close();
        } catch (error) {
          largeAnswers.leave(place);
          controller.error(error);
        }
      },
      cancel() {
        largeAnswers.leave(place);
      },
    },
    // Reads nothing before the client asks for it.
    { highWaterMark: 0 },
  );
}
