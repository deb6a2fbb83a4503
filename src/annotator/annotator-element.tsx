import { signal } from "@preact/signals";
import { render } from "preact";
import { connect } from "../client/connect.ts";
import { createClient } from "../client/rest/create-client.ts";
import { readAccess } from "./editor/access.ts";
import { Editor } from "./editor/editor.ts";
import { readToolNames } from "./editor/tool-name.ts";
import { createStage } from "./stage/create-stage.ts";
import annotatorStyles from "./styles/annotator.css";
import controlStyles from "./styles/controls.css";
import dialogStyles from "./styles/dialogs.css";
import historyStyles from "./styles/history.css";
import stageStyles from "./styles/stage.css";
import threadStyles from "./styles/thread.css";
import tokens from "./styles/tokens.css";
import toolStyles from "./styles/tools.css";
import { createTools } from "./tools/create-tools.ts";
import { Annotator } from "./ui/annotator.tsx";
import { type AnnotatorContext, AnnotatorProvider } from "./ui/annotator-context.ts";
import icons from "./ui/icons.svg";
import { createSurface } from "./ui/surface.ts";
import { loadWords } from "./words/load-words.ts";

/** One for all annotators of a page. */
let sheets: CSSStyleSheet[] | undefined;

function readSheets(): CSSStyleSheet[] {
  const texts = [
    tokens,
    controlStyles,
    annotatorStyles,
    stageStyles,
    toolStyles,
    threadStyles,
    historyStyles,
    dialogStyles,
  ];
  sheets ??= texts.map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  return sheets;
}

/**
 * `<acetate-annotator service="https://acetate.example" document="{id}" token="…">`: a document that is open, live, in
 * a page of any application.
 */
export class AnnotatorElement extends HTMLElement {
  static readonly observedAttributes = ["service", "document", "token"];
  readonly #root: ShadowRoot;
  readonly #token = signal<string | null>(null);
  #close: (() => void) | undefined;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    this.#root.adoptedStyleSheets = readSheets();
  }

  connectedCallback(): void {
    void this.#open();
  }

  disconnectedCallback(): void {
    this.#close?.();
    this.#close = undefined;
  }

  async #open(): Promise<void> {
    const service = this.getAttribute("service") ?? location.origin;
    const documentId = this.getAttribute("document");
    if (documentId === null) return;
    this.#token.value = this.getAttribute("token");
    const { language, words } = await loadWords(navigator.languages);
    if (!this.isConnected) return;
    const token = (): string | null => this.#token.value;
    const room = connect(service, documentId, { token });
    const access = signal(readAccess(token()));
    const editor = new Editor(room, access);
    const client = createClient({ url: service, token });
    const stage = createStage(editor, { service, client, token });
    const tools = createTools(editor, stage, words, service);
    const surface = createSurface(editor, words);
    const context: AnnotatorContext = {
      editor,
      stage,
      tools,
      client,
      surface,
      words,
      language,
      options: {
        service,
        documentId,
        token,
        home: this.getAttribute("home"),
        tools: readToolNames(this.getAttribute("tools")),
      },
    };
    const sprite = document.createElement("div");
    sprite.className = "sprite";
    sprite.innerHTML = icons;
    const host = document.createElement("div");
    this.#root.replaceChildren(sprite, host);
    render(
      <AnnotatorProvider value={context}>
        <Annotator />
      </AnnotatorProvider>,
      host,
    );
    this.#close = () => {
      render(null, host);
      surface.stop();
      tools.close();
      stage.close();
      editor.close();
    };
  }
}
