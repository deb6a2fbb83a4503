/** A `localStorage` for Node: like a browser's, its keys are its own properties. */
export class FakeStorage {
  [key: string]: unknown;

  constructor() {
    for (const name of ["getItem", "setItem", "removeItem"]) {
      Object.defineProperty(this, name, { writable: true, value: FakeStorage.prototype[name] });
    }
  }

  getItem(key: string): string | null {
    return Object.hasOwn(this, key) ? String(this[key]) : null;
  }

  setItem(key: string, value: string): void {
    this[key] = value;
  }

  removeItem(key: string): void {
    delete this[key];
  }
}
