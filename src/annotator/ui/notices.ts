import { type ReadonlySignal, signal } from "@preact/signals";

/** Something that has happened, told at the bottom of the picture. */
export interface Notice {
  /** A notice takes the place of the one with the same key. */
  key: string;
  /** A symbol of `icons.svg`. */
  icon: string;
  title: string;
  detail?: string | undefined;
  actions?: readonly NoticeAction[];
  /** true: it stays until it is closed or its reason is gone. Otherwise it goes by itself. */
  stays?: boolean;
}

export interface NoticeAction {
  name: string;
  /** The one strong button. */
  isMain?: boolean;
  run: () => void;
}

/** Long enough to read ten words twice. */
const SHOWN_MS = 6_000;

export class Notices {
  readonly shown: ReadonlySignal<readonly Notice[]>;
  readonly #shown = signal<readonly Notice[]>([]);
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor() {
    this.shown = this.#shown;
  }

  tell(notice: Notice): void {
    const others = this.#shown.peek().filter(({ key }) => key !== notice.key);
    this.#stopTimer(notice.key);
    this.#shown.value = [...others, notice];
    if (!notice.stays)
      this.#timers.set(
        notice.key,
        setTimeout(() => this.close(notice.key), SHOWN_MS),
      );
  }

  close(key: string): void {
    this.#stopTimer(key);
    const others = this.#shown.peek().filter((notice) => notice.key !== key);
    if (others.length < this.#shown.peek().length) this.#shown.value = others;
  }

  stop(): void {
    for (const key of this.#timers.keys()) this.#stopTimer(key);
  }

  #stopTimer(key: string): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
  }
}
