/**
 * A text that several people write: Quill, its binding to Yjs, and Acetate. Open it as
 * `index.html?service=http://localhost:8787&document=…&name=Ann` in several windows. A bundler (Vite, esbuild) makes one
 * file of this.
 */
import "quill/dist/quill.snow.css";
import { AcetateProvider, rebindOnReset } from "acetate/yjs";
import Quill from "quill";
import QuillCursors from "quill-cursors";
import { QuillBinding } from "y-quill";
import * as Y from "yjs";

const query = new URLSearchParams(location.search);
const name = query.get("name") ?? "Somebody";

const provider = new AcetateProvider(query.get("service") ?? "", query.get("document") ?? "", new Y.Doc(), {
  name,
  ...(query.has("token") && { token: query.get("token") ?? "" }),
});
provider.awareness.setLocalStateField("user", { name, color: "#1565c0" });

Quill.register("modules/cursors", QuillCursors);
const quill = new Quill("#editor", {
  theme: "snow",
  // Undo takes back one's own edits only.
  modules: { cursors: true, history: { userOnly: true } },
});
rebindOnReset(provider, (doc) => {
  const binding = new QuillBinding(doc.getText("text"), quill, provider.awareness);
  return () => binding.destroy();
});

const status = document.querySelector("#status");
const show = () => {
  if (status)
    status.textContent = provider.unsaved.value > 0 ? `${provider.status}, saving …` : provider.status;
};
provider.on("status", show);
provider.unsaved.subscribe(show);
