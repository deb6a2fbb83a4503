import { type ReadonlySignal, signal } from "@preact/signals";
import type { Readable } from "../../client/readable.ts";

/** A signal that follows a value of the client library until `stop` is called. */
export function fromReadable<T>(
  readable: Readable<T>,
  onStop: (stop: () => void) => void,
): ReadonlySignal<T> {
  const followed = signal(readable.value);
  onStop(readable.subscribe((value) => (followed.value = value)));
  return followed;
}
