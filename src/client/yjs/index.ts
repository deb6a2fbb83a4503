/** Yjs documents on Acetate. Needs the packages `yjs` and `y-protocols`. docs/client.md shows each function. */
export { AcetateProvider, type AcetateProviderOptions } from "./provider.ts";
export type { ProviderEvents, ProviderStatus } from "./provider-events.ts";
export { rebindOnReset } from "./rebind-on-reset.ts";
