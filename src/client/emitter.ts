import { addListener, tell } from "./readable.ts";

type Listeners<Events> = { [Name in keyof Events]?: Set<(event: Events[Name]) => void> };

/** Named events. `Events` maps each name to what its listeners get. */
export class Emitter<Events extends object> {
  readonly #listeners: Listeners<Events> = {};

  /** Returns how to stop listening. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void {
    return addListener((this.#listeners[name] ??= new Set()), listener);
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    tell(this.#listeners[name] ?? [], event);
  }
}
