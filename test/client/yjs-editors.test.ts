import "./support/dom.ts";
import { EditorState as CodeState } from "@codemirror/state";
import { EditorView as CodeView } from "@codemirror/view";
import { schema } from "prosemirror-schema-basic";
import { EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { afterEach, expect, it } from "vitest";
import { yCollab } from "y-codemirror.next";
import { initProseMirrorDoc, undo, yCursorPlugin, ySyncPlugin, yUndoPlugin } from "y-prosemirror";
import * as Y from "yjs";
import { rebindOnReset, type AcetateProvider } from "../../src/client/yjs/index.ts";
import { waitFor } from "../e2e/support/wait-for.ts";
import { openProvider, untilEqual, untilSynced } from "./support/providers.ts";
import { useSharedService } from "./support/service.ts";

const service = useSharedService();
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** An editor of ProseMirror that is always bound to the provider's document. */
class ProseEditor {
  readonly provider: AcetateProvider;
  view: EditorView | undefined;

  constructor(provider: AcetateProvider) {
    this.provider = provider;
    stops.push(rebindOnReset(provider, (doc) => this.#bind(doc)));
  }

  #bind(ydoc: Y.Doc): () => void {
    const { awareness } = this.provider;
    const { doc, mapping } = initProseMirrorDoc(ydoc.getXmlFragment("prosemirror"), schema);
    const view = new EditorView(document.body.appendChild(document.createElement("div")), {
      state: EditorState.create({
        doc,
        plugins: [
          ySyncPlugin(ydoc.getXmlFragment("prosemirror"), { mapping }),
          yCursorPlugin(awareness),
          yUndoPlugin(),
        ],
      }),
    });
    // jsdom focuses nothing that is only `contenteditable`.
    view.dom.tabIndex = 0;
    this.view = view;
    return () => {
      view.dom.parentElement?.remove();
      view.destroy();
    };
  }

  get state(): EditorState {
    if (!this.view) throw new Error("there is no view");
    return this.view.state;
  }

  /** At the start of the text. */
  type(text: string): void {
    const { doc, tr } = this.state;
    const isEmpty = doc.childCount === 0;
    this.view?.dispatch(
      isEmpty ? tr.insert(0, schema.node("paragraph", null, schema.text(text))) : tr.insertText(text, 1),
    );
  }

  get text(): string {
    return this.state.doc.textContent;
  }

  get cursors(): number {
    return this.view?.dom.querySelectorAll(".ProseMirror-yjs-cursor").length ?? 0;
  }
}

async function openEditors(): Promise<[id: string, ann: ProseEditor, bob: ProseEditor]> {
  const { id } = await service.api.createDocument();
  const open = async () => new ProseEditor(await untilSynced(openProvider(service.url, id)));
  return [id, await open(), await open()];
}

it("keeps two ProseMirror editors the same while both type and their connections break", async () => {
  const [id, ann, bob] = await openEditors();
  const typed: string[] = [];
  for (let i = 0; i < 120; i++) {
    const editor = i % 2 ? ann : bob;
    editor.type(`[${i}]`);
    typed.push(`[${i}]`);
    if (i % 17 === 0) editor.provider.room.reconnect();
    if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await untilEqual(ann.provider, bob.provider);
  expect(ann.text).toBe(bob.text);
  for (const word of typed) expect(ann.text).toContain(word);
  const eve = new ProseEditor(await untilSynced(openProvider(service.url, id)));
  expect(eve.text).toBe(ann.text);
});

it("undoes what one typed oneself, over a reconnect", async () => {
  const [, ann, bob] = await openEditors();
  ann.type("Ann");
  await untilEqual(ann.provider, bob.provider);
  bob.type("Bob");
  await untilEqual(ann.provider, bob.provider);
  ann.provider.room.reconnect();
  await waitFor("a lost connection", () => !ann.provider.synced || undefined);
  await untilEqual(ann.provider, bob.provider);
  expect(undo(ann.state)).toBe(true);
  await untilEqual(ann.provider, bob.provider);
  expect([ann.text, bob.text]).toEqual(["Bob", "Bob"]);
});

it("shows the cursors of others, and no longer when they are gone", async () => {
  const [, ann, bob] = await openEditors();
  bob.provider.awareness.setLocalStateField("user", { name: "Bob", color: "#ff0000" });
  bob.type("Hello");
  await untilEqual(ann.provider, bob.provider);
  bob.view?.focus();
  bob.type("!");
  await waitFor("a cursor", () => ann.cursors === 1 || undefined);
  expect(ann.view?.dom.textContent).toContain("Bob");
  expect(bob.cursors).toBe(0);
  // A short break is not seen.
  const seen: number[] = [];
  ann.provider.awareness.on("change", ({ removed }: { removed: number[] }) => seen.push(...removed));
  ann.provider.room.reconnect();
  await waitFor("a lost connection", () => !ann.provider.synced || undefined);
  await untilSynced(ann.provider);
  expect(seen).toEqual([]);
  bob.provider.destroy();
  await waitFor("no cursor", () => ann.cursors === 0 || undefined);
});

it("binds the editors to the reverted document, and both go on", async () => {
  const [, ann, bob] = await openEditors();
  ann.type("First");
  await untilEqual(ann.provider, bob.provider);
  const first = await ann.provider.room.versions.create("First");
  bob.type("Second, ");
  await untilEqual(ann.provider, bob.provider);
  const views = [ann.view, bob.view];
  await bob.provider.room.versions.revert(first.id);
  await waitFor("the reverted text", () => (ann.text === "First" && bob.text === "First") || undefined);
  expect(ann.view).not.toBe(views[0]);
  bob.view?.focus();
  bob.type("Third, ");
  await untilEqual(ann.provider, bob.provider);
  expect([ann.text, bob.text]).toEqual(["Third, First", "Third, First"]);
  await waitFor("a cursor", () => ann.cursors === 1 || undefined);
});

it("keeps two CodeMirror editors the same, and undoes one's own edits only", async () => {
  const { id } = await service.api.createDocument();
  const open = async () => {
    const provider = await untilSynced(openProvider(service.url, id));
    const text = provider.doc.getText("code");
    const undoManager = new Y.UndoManager(text);
    const view = new CodeView({
      state: CodeState.create({
        doc: text.toJSON(),
        extensions: [yCollab(text, provider.awareness, { undoManager })],
      }),
      parent: document.body,
    });
    stops.push(() => view.destroy());
    return { provider, view, undoManager };
  };
  const [ann, bob] = [await open(), await open()];
  for (let i = 0; i < 60; i++) {
    const { provider, view } = i % 2 ? ann : bob;
    view.dispatch({ changes: { from: 0, insert: i % 2 ? "a" : "b" } });
    if (i % 13 === 0) provider.room.reconnect();
    if (i % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await untilEqual(ann.provider, bob.provider);
  expect(ann.view.state.doc.toString()).toBe(bob.view.state.doc.toString());
  expect(ann.view.state.doc.toString().replaceAll("a", "")).toBe("b".repeat(30));
  ann.undoManager.undo();
  await untilEqual(ann.provider, bob.provider);
  expect(bob.view.state.doc.toString()).toBe("b".repeat(30));
});
