import { afterEach } from "vitest";
import * as Y from "yjs";
import { AcetateProvider, type AcetateProviderOptions } from "../../../src/client/yjs/index.ts";
import { waitFor } from "../../e2e/support/wait-for.ts";

const open = new Set<AcetateProvider>();

/** Opens a document with Yjs. It is closed with the test. */
export function openProvider(
  url: URL | string,
  documentId: string,
  options: AcetateProviderOptions = {},
  doc = new Y.Doc(),
): AcetateProvider {
  const provider = new AcetateProvider(url, documentId, doc, options);
  open.add(provider);
  return provider;
}

afterEach(() => {
  for (const provider of open) provider.destroy();
  open.clear();
});

export function textOf(provider: AcetateProvider): Y.Text {
  return provider.doc.getText("text");
}

export async function untilSynced(provider: AcetateProvider): Promise<AcetateProvider> {
  await waitFor("a synced document", () => provider.synced || undefined);
  return provider;
}

/** Resolves when the documents are equal, and everything is saved. */
export async function untilEqual(...providers: readonly AcetateProvider[]): Promise<void> {
  const [first, ...others] = providers;
  if (!first) return;
  await waitFor("equal documents", () => {
    if (providers.some(({ synced, unsaved }) => !synced || unsaved.value > 0)) return undefined;
    const snapshot = Y.snapshot(first.doc);
    return others.every(({ doc }) => Y.equalSnapshots(Y.snapshot(doc), snapshot)) || undefined;
  });
}
