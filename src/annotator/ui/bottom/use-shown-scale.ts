import { effect, type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Stage } from "../../stage/stage-api.ts";

/** To write the number costs as much as the rest of a frame. While one zooms, it is no older than this. */
const SHOWN_MS = 1_000;

/**
 * The scale, as the surface tells it: when the view rests, in those frames of a movement that are costly anyway, and
 * otherwise once a second.
 */
export function useShownScale({ scale, detail }: Pick<Stage, "scale" | "detail">): ReadonlySignal<number> {
  const shown = useSignal(scale.peek());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      clearTimeout(timer);
      timer = undefined;
      shown.value = scale.peek();
    };
    const stops = [
      effect(() => {
        if (scale.value !== shown.peek()) timer ??= setTimeout(show, SHOWN_MS);
      }),
      effect(() => {
        void detail.value;
        show();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      clearTimeout(timer);
    };
  }, [scale, detail]);
  return shown;
}
