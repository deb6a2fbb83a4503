import type { ReadonlySignal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Client } from "../../client/rest/create-client.ts";
import type { Editor } from "../editor/editor.ts";
import type { ToolName } from "../editor/tool-name.ts";
import type { Stage } from "../stage/stage-api.ts";
import type { Tools } from "../tools/create-tools.ts";
import type { Words } from "../words/en.ts";
import type { Surface } from "./surface.ts";

/** What every part of the annotator's surface works with. */
export interface AnnotatorContext {
  editor: Editor;
  stage: Stage;
  tools: Tools;
  client: Client;
  words: Words;
  /** What the parts of the surface share. */
  surface: Surface;
  /** BCP 47, for dates and numbers. */
  language: string;
  /** What the application allows, by attributes of the element. */
  options: AnnotatorOptions;
}

export interface AnnotatorOptions {
  /** Where the service is. */
  service: string;
  documentId: string;
  /** The token now; null: the service runs without a secret. */
  token: () => string | null;
  /** The name that others see of this person; null: none. */
  name: string | null;
  /** Takes a new name; null: it can't be changed here. */
  rename: ((name: string) => void) | null;
  /** Where the logo leads; null: there is no logo. */
  home: string | null;
  /** The tools that the application offers; null: all of them. */
  tools: ReadonlySignal<readonly ToolName[] | null>;
  /** Labels that the application offers beside the document's own. */
  labels: ReadonlySignal<readonly string[]>;
}

const Context = createContext<AnnotatorContext | null>(null);
export const AnnotatorProvider = Context.Provider;

export function useAnnotator(): AnnotatorContext {
  const context = useContext(Context);
  if (context === null) throw new Error("This part belongs inside of the annotator");
  return context;
}
