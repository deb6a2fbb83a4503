/**
 * Annotorious on a picture, by everyone who has the page open. Open it as
 * `index.html?service=http://localhost:8787&document=…&name=Ann` in several windows. The document needs a picture. A
 * bundler (Vite, esbuild) makes one file of this.
 */
import { createBody, createImageAnnotator } from "@annotorious/annotorious";
import "@annotorious/annotorious/annotorious.css";
import { bindAnnotorious, roomStyle } from "acetate/annotorious";
import { connect } from "acetate/client";

const query = new URLSearchParams(location.search);
const service = query.get("service") ?? "http://localhost:8787";
const documentId = query.get("document") ?? "";

const picture = find("picture", HTMLImageElement);
picture.src = `${service}/v1/documents/${documentId}/image`;
await picture.decode();

const room = connect(service, documentId, { name: query.get("name") ?? "Somebody" });
const anno = createImageAnnotator(picture);
bindAnnotorious(anno, room);
anno.setStyle(roomStyle(room));

const comment = find("comment", HTMLInputElement);
const status = find("status", HTMLElement);
const showStatus = () => {
  status.textContent =
    room.unsaved.value > 0 ? `${room.status.value.state}, saving …` : room.status.value.state;
};
room.status.subscribe(showStatus);
room.unsaved.subscribe(showStatus);

// What Annotorious calls a comment is the annotation's text.
anno.on("selectionChanged", ([selected]) => {
  comment.disabled = !selected;
  comment.value = selected?.bodies.find(({ purpose }) => purpose === "commenting")?.value ?? "";
});
comment.addEventListener("change", () => {
  const [selected] = anno.getSelected();
  if (!selected) return;
  const said = selected.bodies.find(({ purpose }) => purpose === "commenting");
  const { store } = anno.state;
  if (said) store.updateBody(said, { ...said, value: comment.value });
  else store.addBody(createBody(selected, { purpose: "commenting", value: comment.value }));
});

find("rectangle", HTMLElement).addEventListener("click", () => anno.setDrawingTool("rectangle"));
find("polygon", HTMLElement).addEventListener("click", () => anno.setDrawingTool("polygon"));
find("undo", HTMLElement).addEventListener("click", () => anno.undo());
find("redo", HTMLElement).addEventListener("click", () => anno.redo());
find("delete", HTMLElement).addEventListener("click", () => {
  for (const { id } of anno.getSelected()) anno.removeAnnotation(id);
});

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 */
function find(id, kind) {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`The page has no ${id}`);
}
