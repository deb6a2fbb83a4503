import { render } from "preact";
import { Documents } from "./documents.tsx";

/**
 * The page: `/` lists the documents, `/d/{id}` shows one. A token comes in the fragment (`#token=…`), which never leaves
 * the browser.
 */
async function start(): Promise<void> {
  const documentId = /^\/d\/([^/]+)$/.exec(location.pathname)?.[1];
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (documentId === undefined) {
    document.body.className = "documents";
    render(<Documents />, document.body);
    return;
  }
  // Only who opens a document loads the annotator.
  await import("../annotator/index.ts");
  const annotator = document.createElement("acetate-annotator");
  annotator.setAttribute("service", location.origin);
  annotator.setAttribute("document", documentId);
  annotator.setAttribute("home", "/");
  if (token !== null) annotator.setAttribute("token", token);
  document.body.replaceChildren(annotator);
}

await start();
