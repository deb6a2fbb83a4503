import { computed, effect, signal } from "@preact/signals";
import { render } from "preact";
import { connect } from "../client/connect.ts";
import { createClient } from "../client/rest/create-client.ts";
import type { Room } from "../client/room-api.ts";
import { type Access, readAccess, readClaims } from "./editor/access.ts";
import { Editor } from "./editor/editor.ts";
import { nextTask } from "./editor/next-task.ts";
import { readToolNames, type ToolName } from "./editor/tool-name.ts";
import { createStage } from "./stage/create-stage.ts";
import { readStyleSheets } from "./styles/style-sheets.ts";
import { createTools } from "./tools/create-tools.ts";
import { Annotator } from "./ui/annotator.tsx";
import { type AnnotatorContext, AnnotatorProvider } from "./ui/annotator-context.ts";
import { createSprite } from "./ui/create-sprite.ts";
import { createSurface } from "./ui/surface.ts";
import { loadWords } from "./words/load-words.ts";

/** What the element tells, as `detail` of its events. */
export interface AnnotatorEvents {
  /** Ids of the marks that are selected now. */
  select: { ids: readonly string[] };
  /** The marks have changed, by whomever. `unsaved`: changes of this person that are not durable yet. */
  change: { marks: number; unsaved: number };
  /** The state of the connection, as in `RoomStatus`. */
  status: { state: Room["status"]["value"]["state"]; message: string | null };
}

const whatEverybodySees: Access = { canEdit: false, canComment: false, canShare: false };

/**
 * `<acetate-annotator service="https://acetate.example" document="{id}" token="…">`: a document that is open, live, in
 * a page of any application.
 *
 * Attributes: `service` (by default the page's own origin), `document`, `token`, `readonly`, `tools` (names with spaces
 * between them, as in `"select box polygon"`), `labels` (names with commas between them, offered beside the
 * document's), `name` and `actor` (who this is, where there are no tokens), `lang`, `data-theme` (`light` or `dark`; by
 * default what the system says), `home` (the address that its logo leads to; without it there is no logo). Events:
 * `select`, `change`, `status`. Slots: `top` and `panel`, for parts of the application's own. Colours and sizes are CSS
 * custom properties (`styles/tokens.css`), to be set on the element.
 */
export class AnnotatorElement extends HTMLElement {
  static readonly observedAttributes = [
    "service",
    "document",
    "token",
    "readonly",
    "tools",
    "labels",
    "lang",
    "home",
    "name",
    "actor",
  ];

  /** Gives a token each time one is needed, in place of the attribute: tokens expire. Set it before `document`. */
  getToken: (() => string | null | Promise<string | null>) | null = null;

  /** Takes the name that a person gives themself; set `name` then. Without it nobody is asked. */
  onRename: ((name: string) => void) | null = null;

  readonly #root: ShadowRoot;
  readonly #token = signal<string | null>(null);
  readonly #isReadonly = signal(false);
  readonly #tools = signal<readonly ToolName[] | null>(null);
  readonly #labels = signal<readonly string[]>([]);
  #room: Room | null = null;
  #close: (() => void) | undefined;
  /** Rises with each opening: what was begun for an earlier one ends. */
  #openings = 0;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    this.#root.adoptedStyleSheets = readStyleSheets();
  }

  /** The room of the open document, for what the annotator itself does not offer. null: none is open. */
  get room(): Room | null {
    return this.#room;
  }

  connectedCallback(): void {
    this.#reopen();
  }

  disconnectedCallback(): void {
    this.#leave();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now) return;
    if (name === "token") {
      this.#token.value = now;
      // Without a first token the room has been refused, and waits for no other.
      if (before === null && this.isConnected) this.#reopen();
    } else if (name === "readonly") this.#isReadonly.value = now !== null;
    else if (name === "tools") this.#tools.value = readToolNames(now);
    else if (name === "labels") this.#labels.value = readLabels(now);
    else if (this.isConnected) this.#reopen();
  }

  #leave(): void {
    this.#openings += 1;
    this.#close?.();
    this.#close = undefined;
    this.#room = null;
  }

  #reopen(): void {
    this.#leave();
    const documentId = this.getAttribute("document");
    if (documentId !== null && documentId !== "") void this.#open(documentId, this.#openings);
  }

  /**
   * Connects first, and makes the rest while the service answers. It does so in several tasks, so that the browser
   * answers keys, paints, and hears of the network in between.
   */
  async #open(documentId: string, opening: number): Promise<void> {
    // Attributes are set one after the other: only the last one opens.
    await Promise.resolve();
    if (opening !== this.#openings) return;
    const service = this.getAttribute("service") ?? location.origin;
    /** In the order in which things are made. They end in the other one. */
    const ends: (() => void)[] = [];
    this.#close = () => {
      for (const end of ends.splice(0).reverse()) end();
    };

    // Until it is known what a person may do, nothing is offered that might be taken away again.
    const isTokenKnown = signal(this.getToken === null);
    const token = async (): Promise<string | null> => {
      if (this.getToken) this.#token.value = await this.getToken();
      isTokenKnown.value = true;
      return this.#token.value;
    };
    const access = computed(() =>
      this.#isReadonly.value || !isTokenKnown.value ? whatEverybodySees : readAccess(this.#token.value),
    );
    const me = computed(() => {
      const claims = this.#token.value === null ? null : readClaims(this.#token.value);
      return {
        id: claims?.sub ?? this.getAttribute("actor"),
        name: claims?.name ?? this.getAttribute("name"),
      };
    });
    // Who has no token can get no other: then a refusal is final.
    const canHaveToken = this.getToken !== null || this.#token.value !== null;
    const room = connect(service, documentId, {
      token: canHaveToken ? token : undefined,
      name: this.getAttribute("name") ?? undefined,
      actorId: this.getAttribute("actor") ?? undefined,
    });
    ends.push(() => room.close());
    this.#room = room;

    const { language, words } = await loadWords(this.lang === "" ? navigator.languages : [this.lang]);
    await nextTask();
    if (opening !== this.#openings) return;
    const editor = new Editor(room, access);
    ends.push(() => editor.close());
    const client = createClient({ url: service, token, name: this.getAttribute("name") ?? undefined });
    const stage = createStage(editor, {
      service,
      client,
      token: () => this.#token.value,
      guest: words.people.guest,
    });
    ends.push(() => stage.close());

    await nextTask();
    if (opening !== this.#openings) return;
    const tools = createTools(editor, stage, words, service);
    ends.push(() => tools.close());
    const surface = createSurface(editor, client, words, this.#labels, me);
    ends.push(() => surface.stop());
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
        token: () => this.#token.value,
        home: this.getAttribute("home"),
        name: this.getAttribute("name"),
        rename: this.onRename,
        tools: this.#tools,
        labels: this.#labels,
      },
    };

    await nextTask();
    if (opening !== this.#openings) return;
    const host = document.createElement("div");
    this.#root.replaceChildren(createSprite(), host);
    render(
      <AnnotatorProvider value={context}>
        <Annotator />
      </AnnotatorProvider>,
      host,
    );
    ends.push(() => render(null, host), this.#tellChanges(editor));
  }

  #tellChanges(editor: Editor): () => void {
    const stops = [
      effect(() => this.#tell("select", { ids: editor.selection.value })),
      effect(() =>
        this.#tell("change", { marks: editor.present.value.length, unsaved: editor.unsaved.value }),
      ),
      effect(() => {
        const { state, error } = editor.status.value;
        this.#tell("status", { state, message: error?.message ?? null });
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  #tell<Name extends keyof AnnotatorEvents>(name: Name, detail: AnnotatorEvents[Name]): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function readLabels(text: string | null): readonly string[] {
  const names = (text ?? "").split(",").map((name) => name.trim());
  return [...new Set(names)].filter((name) => name !== "");
}
