import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Client } from "../client/rest/create-client.ts";
import type { Words } from "../annotator/words/en.ts";

/** What the parts of the page work with. */
export interface PageContext {
  client: Client;
  token: string | null;
  words: Words;
  /** BCP 47, for dates and numbers. */
  language: string;
}

const Context = createContext<PageContext | null>(null);
export const PageProvider = Context.Provider;

export function usePage(): PageContext {
  const context = useContext(Context);
  if (context === null) throw new Error("This part belongs inside of the page");
  return context;
}
