/**
 * The thing itself, but for the members given: to see when something of the platform is called, or to keep it from
 * being called.
 */
export function withMembers<T extends object>(thing: T, members: Partial<T>): T {
  return new Proxy(thing, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(Object.hasOwn(members, name) ? members : target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
