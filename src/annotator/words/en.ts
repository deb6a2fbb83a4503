/**
 * The words of the annotator and the page. Another language is one file like this one: `de.ts` is the proof. Words say
 * what happened, then what to do; under ten of them; an annotation is a *mark*, a document is a *picture*.
 */
export const en = {
  tools: {
    title: "Tools",
    select: "Select",
    hand: "Move the view",
    box: "Box",
    ellipse: "Ellipse",
    line: "Line",
    arrow: "Arrow",
    polyline: "Polyline",
    polygon: "Polygon",
    freehand: "Freehand",
    text: "Text",
    point: "Point",
    comment: "Comment",
  },
  status: {
    saved: "Saved",
    saving: "Saving",
    waiting: (count: number) => (count === 1 ? "1 change waiting" : `${count} changes waiting`),
    connecting: "Opening",
    refused: "You can’t open this picture",
  },
  stage: {},
  style: {},
  labels: {},
  marks: {},
  people: {},
  keys: {},
  history: {},
  comments: {},
  exporting: {},
  share: {},
  documents: {},
};

/** What each language has. */
export type Words = typeof en;
