import { AcetateError } from "../acetate-error.ts";
import { type Readable, Signal } from "../readable.ts";
import type { Room } from "../room-api.ts";

/** A value of a room, and what stands for it while there is no room. */
export interface Source<T> {
  pick: (room: Room) => Readable<T>;
  initial: T;
}

/**
 * Where a `<Room>` keeps its room. It is empty on the server and in the first render: rendering must not connect, since
 * React may throw away what it renders.
 */
export class RoomSlot {
  readonly current: Signal<Room | null>;
  readonly #connect: (() => Room) | null;
  #users = 0;

  /** A room that the application has opened, and closes itself; or how to open one. */
  constructor(room: Room | (() => Room)) {
    this.#connect = typeof room === "function" ? room : null;
    this.current = new Signal(typeof room === "function" ? null : room);
  }

  /** Opens the room, if it is not open. `retain` has to follow. */
  open(): void {
    if (this.#connect && !this.current.value) this.current.set(this.#connect());
  }

  /** Keeps the room open until the returned function is called. */
  retain(): () => void {
    this.open();
    this.#users++;
    return () => {
      this.#users--;
      // StrictMode mounts a component again at once: then the room stays.
      queueMicrotask(() => this.#closeUnused());
    };
  }

  /** The room, to do something with it. */
  require(): Room {
    const room = this.current.value;
    if (room) return room;
    throw new AcetateError(
      "closed",
      "The room is not open. Call this from an event handler or an effect, while the <Room> is mounted",
    );
  }

  read<T>({ pick, initial }: Source<T>): T {
    const room = this.current.value;
    return room ? pick(room).value : initial;
  }

  /** Calls `listener` when the room is open, and after each change of a value of it. Returns how to stop. */
  watch<T>({ pick }: Source<T>, listener: () => void): () => void {
    return this.watchRoom((room) => pick(room).subscribe(listener));
  }

  /** Calls `start` with the room that is open now, and with each later one. What it returns is called at its end. */
  watchRoom(start: (room: Room) => () => void): () => void {
    let stop: (() => void) | undefined;
    const unsubscribe = this.current.subscribe((room) => {
      stop?.();
      stop = room ? start(room) : undefined;
    });
    return () => {
      unsubscribe();
      stop?.();
    };
  }

  #closeUnused(): void {
    const room = this.current.value;
    if (this.#users > 0 || !this.#connect || !room) return;
    this.current.set(null);
    room.close();
  }
}
