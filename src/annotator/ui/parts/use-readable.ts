import { useEffect, useState } from "preact/hooks";
import type { Readable } from "../../../client/readable.ts";

/** The value of something that the client library tells, in a component that renders again with each change. */
export function useReadable<T>(readable: Readable<T>): T {
  const [value, setValue] = useState(readable.value);
  useEffect(() => readable.subscribe((next) => setValue(() => next)), [readable]);
  return value;
}
