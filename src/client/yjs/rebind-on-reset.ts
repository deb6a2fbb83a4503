import type * as Y from "yjs";
import type { AcetateProvider } from "./provider.ts";

/**
 * Binds an editor to the provider's document, and again to the next one after each `reset`. `bind` returns how to end
 * its binding. Returns how to end it all.
 *
 * @example
 * const stop = rebindOnReset(provider, (doc) => {
 *   const binding = new QuillBinding(doc.getText("text"), quill, provider.awareness);
 *   return () => binding.destroy();
 * });
 */
export function rebindOnReset(provider: AcetateProvider, bind: (doc: Y.Doc) => () => void): () => void {
  let unbind = bind(provider.doc);
  const stop = provider.on("reset", (doc) => {
    unbind();
    unbind = bind(doc);
  });
  return () => {
    stop();
    unbind();
  };
}
