import { type Signal, signal } from "@preact/signals";
import { AcetateError } from "../../../client/acetate-error.ts";
import type { ExportRequest } from "../../../client/rest/exports.ts";
import type { Room } from "../../../client/room-api.ts";
import type { ExportJob } from "../../../protocol/model/export-job.ts";

export type ExportState =
  | { is: "idle" }
  | { is: "working"; progress: number }
  | { is: "done"; job: ExportJob; file: Blob; address: string }
  | { is: "failed"; error: AcetateError };

/** Makes one file at a time, and keeps the last one until it is of no use any more. */
export class ExportRun {
  readonly state: Signal<ExportState> = signal<ExportState>({ is: "idle" });
  readonly #room: Room;
  #abort: AbortController | undefined;

  constructor(room: Room) {
    this.#room = room;
  }

  async start(request: ExportRequest): Promise<void> {
    this.reset();
    const abort = new AbortController();
    this.#abort = abort;
    this.state.value = { is: "working", progress: 0 };
    let job: ExportJob | undefined;
    try {
      const file = await this.#room.export(request, {
        signal: abort.signal,
        onProgress: (progress) => {
          if (!abort.signal.aborted) this.state.value = { is: "working", progress };
        },
        onFinished: (finished) => (job = finished),
      });
      if (abort.signal.aborted || !job) return;
      this.state.value = { is: "done", job, file, address: URL.createObjectURL(file) };
    } catch (error) {
      if (abort.signal.aborted) return;
      if (!(error instanceof AcetateError)) throw error;
      this.state.value = { is: "failed", error };
    }
  }

  /** Stops what is being made, and forgets what was made: the options have changed. */
  reset(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    const { value: state } = this.state;
    if (state.is === "done") URL.revokeObjectURL(state.address);
    this.state.value = { is: "idle" };
  }
}
