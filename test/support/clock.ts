import { vi } from "vitest";

/**
 * Stops the clock that the room reads, until `vi.restoreAllMocks()`: what a time-out would let happen does not happen,
 * however long the machine takes. Timers go on.
 */
export function stopClock(): void {
  const now = Date.now();
  vi.spyOn(Date, "now").mockReturnValue(now);
}
