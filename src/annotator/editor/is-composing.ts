/** What a browser reports as the code of a key that an input method takes. */
const TAKEN_BY_INPUT_METHOD = 229;

/**
 * Whether a key belongs to an input method, which composes Chinese or Japanese with it. Safari tells of the Enter that
 * ends a composition when it is over already: only the code says whose it was.
 */
export function isComposing(event: { isComposing: boolean; keyCode: number }): boolean {
  return event.isComposing || event.keyCode === TAKEN_BY_INPUT_METHOD;
}
