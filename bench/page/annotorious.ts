import { createImageAnnotator, type ImageAnnotation, UserSelectAction } from "@annotorious/annotorious";
import "@annotorious/annotorious/annotorious.css";
import { showPhoto } from "./bare-view.ts";

const query = new URLSearchParams(location.search);
const marks = (await (await fetch(query.get("marks") ?? "")).json()) as ImageAnnotation[];
const { stage, photo } = await showPhoto(query.get("photo") ?? "");
const annotator = createImageAnnotator(photo, {
  style: { stroke: "#e2271c", strokeWidth: 4, fillOpacity: 0 },
  userSelectAction: UserSelectAction.NONE,
});
annotator.setAnnotations(marks);
await new Promise(requestAnimationFrame);
stage.toggleAttribute("data-drawn", true);
