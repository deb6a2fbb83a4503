import type { ServerMessage, StateMessage, StatePageMessage } from "../../protocol/wire/down.ts";

/** A state with all its pages. The pieces of the snapshot are to be decoded one by one, and joined as bytes. */
export type WholeState = Omit<StateMessage, "snapshotB64"> & { snapshot: string[] };

/** Puts a state and its pages together (docs/spec.md R17). */
export class StateReader {
  #state: WholeState | null = null;

  /** Forgets a state that will not be completed. */
  reset(): void {
    this.#state = null;
  }

  /** Takes a `state` or a `state_page`. Returns the state when it is complete. */
  read(message: Extract<ServerMessage, { type: "state" | "state_page" }>): WholeState | null {
    if (message.type === "state") {
      const { snapshotB64, ...state } = message;
      this.#state = { ...state, snapshot: snapshotB64 === null ? [] : [snapshotB64] };
    } else if (this.#state) addPage(this.#state, message);
    const state = this.#state;
    if (message.type === "state" ? message.more : !message.last) return null;
    this.#state = null;
    return state;
  }
}

function addPage(state: WholeState, page: StatePageMessage): void {
  switch (page.part) {
    case "snapshot":
      state.snapshot.push(page.chunkB64);
      break;
    case "updates":
      state.updates.push(...page.items);
      break;
    case "events":
      state.events.push(...page.items);
      break;
    case "annotations":
      state.annotations.push(...page.items);
      break;
    case "comments":
      state.comments.push(...page.items);
      break;
  }
}
