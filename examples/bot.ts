import { type Annotation, connect, type Room } from "acetate/client";

/*
 * A bot for Node that labels what people draw: `node examples/bot.ts http://localhost:8787 <document id> [token]`. It
 * looks after what was drawn while it was away, too.
 */

/** What the bot thinks of an annotation. Put a model here. */
function findLabel({ type, geometry }: Annotation): string | null {
  if (type !== "box") return null;
  return geometry.width > geometry.height ? "wide" : "tall";
}

/** Labels every annotation that has none, now and later. */
export function startBot(url: string, documentId: string, token?: string): Room {
  // Hidden: others don't see it among the people who are there.
  const room = connect(url, documentId, { token, actorId: "bot", name: "Bot", hidden: true });
  // Once is enough: what is refused would be refused again, and what people take away stays away.
  const seen = new Set<string>();
  room.annotations.subscribe((list) => {
    for (const annotation of list) {
      const label = findLabel(annotation);
      if (label === null || annotation.labels.length > 0 || seen.has(annotation.id)) continue;
      seen.add(annotation.id);
      // A function: if somebody gives a label in this very moment, it is made anew with that one.
      room.annotations.update(annotation.id, ({ labels }) => ({
        labels: labels.length > 0 ? labels : [label],
      }));
    }
  });
  room.on("refused", ({ opId, error }) => {
    console.error(error.message);
    room.dismiss(opId);
  });
  return room;
}

if (import.meta.main) {
  const [url, documentId, token] = process.argv.slice(2);
  if (url === undefined || documentId === undefined)
    throw new Error("Usage: bot.ts <service> <document id> [token]");
  const room = startBot(url, documentId, token);
  room.status.subscribe(({ state, error }) => console.log(state, error?.message ?? ""));
  process.once("SIGINT", () => void room.allSaved().finally(() => room.close()));
}
