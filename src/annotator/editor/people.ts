/** How many colours there are for people: `--who-1` to `--who-8` in tokens.css. */
const COLORS = 8;

/**
 * Gives people colours in the order of their arrival, and keeps them while the page is open: someone who comes back has
 * the same one. A person with two connections has one colour.
 */
export class PeopleColors {
  readonly #numbers = new Map<string, number>();

  /** The class of a person's colour. Someone who was never here is taken for the next one to arrive. */
  colorOf(actorId: string): string {
    const known = this.#numbers.get(actorId) ?? this.#numbers.size;
    this.#numbers.set(actorId, known);
    return `who-${(known % COLORS) + 1}`;
  }
}
