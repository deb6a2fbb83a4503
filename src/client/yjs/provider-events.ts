import type * as Y from "yjs";
import { tell } from "../readable.ts";

export type ProviderStatus = "connecting" | "connected" | "disconnected";

export interface ProviderEvents {
  status: { status: ProviderStatus };
  /** Whether the document has everything that the service has. */
  sync: boolean;
  /** The same as `sync`. */
  synced: boolean;
  /**
   * The document is another one: the old one holds what was reverted or refused, and can't get rid of it. Bind your
   * editor to this one (`rebindOnReset`).
   */
  reset: Y.Doc;
}

type Listener<Name extends keyof ProviderEvents> = (event: ProviderEvents[Name]) => void;
type Listeners = { [Name in keyof ProviderEvents]: Map<Listener<Name>, Listener<Name>> };

/** Named events as Yjs's own providers have them. */
export class ProviderEmitter {
  readonly #listeners: Listeners = {
    status: new Map(),
    sync: new Map(),
    synced: new Map(),
    reset: new Map(),
  };

  /** Returns how to stop listening; `off` does it, too. */
  on<Name extends keyof ProviderEvents>(name: Name, listener: Listener<Name>): () => void {
    this.#listeners[name].set(listener, listener);
    return () => this.off(name, listener);
  }

  once<Name extends keyof ProviderEvents>(name: Name, listener: Listener<Name>): () => void {
    this.#listeners[name].set(listener, (event) => {
      this.off(name, listener);
      listener(event);
    });
    return () => this.off(name, listener);
  }

  off<Name extends keyof ProviderEvents>(name: Name, listener: Listener<Name>): void {
    this.#listeners[name].delete(listener);
  }

  protected emit<Name extends keyof ProviderEvents>(name: Name, event: ProviderEvents[Name]): void {
    tell(this.#listeners[name].values(), event);
  }
}
