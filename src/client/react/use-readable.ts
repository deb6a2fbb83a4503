import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { useRoomSlot } from "./room-context.ts";
import type { Source } from "./room-slot.ts";

/**
 * A hook for a value of the room. With a selector, the component renders only when what it selects has changed. The
 * selector may be an inline function. By default two lists with the same items are the same.
 */
export interface UseValue<S> {
  (): S;
  <T>(selector: (value: S) => T, isEqual?: (a: T, b: T) => boolean): T;
}

export function makeUseValue<S>(source: Source<S>): UseValue<S> {
  function useValue(): S;
  function useValue<T>(selector: (value: S) => T, isEqual?: (a: T, b: T) => boolean): T;
  function useValue<T>(selector?: (value: S) => T, isEqual?: (a: T, b: T) => boolean): S | T {
    return selector ? useReadable(source, selector, isEqual) : useReadable(source, keepAll);
  }
  return useValue;
}

/** A source must be the same object in each render of a component, or the component subscribes anew. */
export function useReadable<S, T>(
  source: Source<S>,
  selector: (value: S) => T,
  isEqual: (a: T, b: T) => boolean = isShallowSame,
): T {
  const slot = useRoomSlot();
  const shown = useRef<{ value: T } | null>(null);
  const [read, readInitial] = useMemo(() => {
    let last: { from: S; to: T } | null = null;
    const select = (from: S): T => {
      if (last && Object.is(last.from, from)) return last.to;
      const to = selector(from);
      const known = last ? { value: last.to } : shown.current;
      // What is equal to what is shown must be the same value: React compares by identity.
      last = { from, to: known && isEqual(known.value, to) ? known.value : to };
      return last.to;
    };
    return [() => select(slot.read(source)), () => select(source.initial)];
  }, [slot, source, selector, isEqual]);
  const subscribe = useCallback((listener: () => void) => slot.watch(source, listener), [slot, source]);
  // While it hydrates, React reads what the server rendered, and then the room.
  const value = useSyncExternalStore(subscribe, read, readInitial);
  useEffect(() => {
    shown.current = { value };
  }, [value]);
  return value;
}

export function keepAll<S>(value: S): S {
  return value;
}

function isShallowSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  return (
    Array.isArray(a) &&
    Array.isArray(b) &&
    a.length === b.length &&
    a.every((item, index) => Object.is(item, b[index]))
  );
}
