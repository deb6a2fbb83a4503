import { AnnotatorElement } from "./annotator-element.tsx";

/** Importing this module defines `<acetate-annotator>`. */
if (!customElements.get("acetate-annotator")) customElements.define("acetate-annotator", AnnotatorElement);

export { AnnotatorElement };
export type { AnnotatorEvents } from "./annotator-element.tsx";

declare global {
  interface HTMLElementTagNameMap {
    "acetate-annotator": AnnotatorElement;
  }
}
