import { useCallback, useEffect, useRef, useState } from "react";
import { AcetateError } from "../acetate-error.ts";
import type { ExportRequest } from "../rest/exports.ts";
import { useRoomSlot } from "./room-context.ts";

export interface ExportState {
  isRunning: boolean;
  /** From 0 to 1. */
  progress: number;
  /** Why the last export failed. */
  error: AcetateError | null;
}

export interface UseExport extends ExportState {
  /** Exports the document. null: it failed, and `error` says why, or it was cancelled. A running export is cancelled. */
  run: (request: ExportRequest) => Promise<Blob | null>;
  cancel: () => void;
}

const IDLE: ExportState = { isRunning: false, progress: 0, error: null };

/**
 * Exports of this component. Its end cancels the one that is running.
 *
 * @example
 * const { run, cancel, isRunning, progress, error } = useExport();
 * <button onClick={async () => save(await run({ format: "png" }))}>Export</button>
 */
export function useExport(): UseExport {
  const slot = useRoomSlot();
  const [state, setState] = useState(IDLE);
  const running = useRef<AbortController | null>(null);
  const cancel = useCallback(() => {
    running.current?.abort();
    running.current = null;
    setState(IDLE);
  }, []);
  const run = useCallback(
    async (request: ExportRequest): Promise<Blob | null> => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      // Of an export that was cancelled nothing is shown any more.
      const show = (state: ExportState): void => {
        if (running.current === controller) setState(state);
      };
      show({ ...IDLE, isRunning: true });
      try {
        const blob = await slot.require().export(request, {
          signal: controller.signal,
          onProgress: (progress) => show({ isRunning: true, progress, error: null }),
        });
        show({ ...IDLE, progress: 1 });
        return running.current === controller ? blob : null;
      } catch (error) {
        show({ ...IDLE, error: toAcetateError(error) });
        return null;
      }
    },
    [slot],
  );
  useEffect(() => cancel, [cancel, slot]);
  return { ...state, run, cancel };
}

function toAcetateError(error: unknown): AcetateError {
  if (error instanceof AcetateError) return error;
  return new AcetateError("export_failed", "The export failed", { cause: error });
}
