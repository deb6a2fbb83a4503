import { expect } from "vitest";
import type { Annotation } from "../../../src/protocol/model/annotation.ts";
import type { Comment } from "../../../src/protocol/model/comment.ts";
import type { Version, VersionDiff } from "../../../src/protocol/model/version.ts";
import type { CrdtContent } from "../../../src/protocol/model/version.ts";
import type { LabelSet } from "../../../src/protocol/model/label-set.ts";
import type { Document } from "../../../src/protocol/model/document.ts";
import { good, roomOf } from "../../support/room.ts";
import {
  type Births,
  annotationState,
  documentState,
  expectSame,
  labelsState,
  updateState,
  versionState,
} from "./heard.ts";
import { commentState, shownOf } from "./comments.ts";
import { type State, activeOf, canonical, looksSame } from "./replay.ts";
import type { Reference } from "./reference.ts";
import type { Rest } from "./rest.ts";

interface Subject {
  rest: Rest;
  reference: Reference;
  births: Births;
}

/** The lists of a document's annotations and versions, page by page. */
export async function checkLists(rest: Rest, reference: Reference, births: Births): Promise<void> {
  const { present } = reference;
  const annotations = (await rest.listAnnotations()).map((each) => annotationState(each, births));
  expectSame(annotations, activeOf(present), "the list of annotations");
  const comments = (await rest.listComments()).map((each) => commentState(each, births));
  expectSame(comments, [...present.comments.values()], "the list of comments");
  const versions = (await rest.listVersions()).map(versionState);
  expectSame(versions, present.versions.toReversed(), "the list of versions");
}

/** What a version keeps, and what differs from it to the present. */
export async function checkVersion(
  { rest, reference, births }: Subject,
  { id, seq }: Version,
): Promise<void> {
  const query = `document_id=${rest.documentId}`;
  const version = await rest.get<Version & { state: VersionContent }>(`/v1/versions/${id}?${query}`);
  const { document, labels, annotations, comments, crdt } = version.state;
  const expected = reference.versionAt(seq);
  expect(versionState(version)).toEqual(expected.versions.at(-1));
  expect(documentState(document)).toEqual(expected.document);
  expect(labelsState(labels)).toEqual(expected.labels);
  expectSame(
    annotations.map((each) => annotationState(each, births)),
    activeOf(expected),
    `the annotations of the version at ${seq}`,
  );
  expectSame(
    comments.map((each) => commentState(each, births)),
    shownOf(expected.comments),
    `the comments of the version at ${seq}`,
  );
  expect(crdt.snapshot_version).toBe(expected.snapshot?.version ?? 0);
  const text = crdt.snapshot_b64 === null ? null : atob(crdt.snapshot_b64);
  expectSame(text, expected.snapshot?.text ?? null, `the snapshot of the version at ${seq}`);
  expectSame(crdt.updates.map(updateState), expected.updates, `the updates of the version at ${seq}`);
  const diff = await rest.get<VersionDiff>(`/v1/versions/${id}/diff?${query}`);
  checkDifference(diff, expected, reference.present, births);
}

interface VersionContent {
  document: Document;
  labels: LabelSet;
  annotations: Annotation[];
  comments: Comment[];
  crdt: CrdtContent;
}

function checkDifference(diff: VersionDiff, before: State, after: State, births: Births): void {
  const [then, now] = [before, after].map((state) => new Map(activeOf(state).map((each) => [each.id, each])));
  if (!then || !now) return;
  const shown = (annotations: Annotation[]) => annotations.map((each) => annotationState(each, births));
  expectSame(
    shown(diff.added),
    [...now.values()].filter(({ id }) => !then.has(id)),
    "what was added",
  );
  expectSame(
    shown(diff.removed),
    [...then.values()].filter(({ id }) => !now.has(id)),
    "what was removed",
  );
  const changed = [...then.values()].flatMap((was) => {
    const is = now.get(was.id);
    return is && !looksSame(was, is) ? [was.id] : [];
  });
  expect(diff.changed.map(({ id }) => id)).toEqual(changed);
  const [setThen, setNow] = [before.labels, after.labels];
  const isSameSet = canonical(setThen.labels) === canonical(setNow.labels);
  const { labels } = diff;
  expect(labels && { before: labelsState(labels.before), after: labelsState(labels.after) }).toEqual(
    isSameSet ? null : { before: setThen, after: setNow },
  );
  const look = ({ document: { title, metadata } }: State) => canonical({ title, metadata });
  expect(diff.document === null).toBe(look(before) === look(after));
}

/** What an export reads at any seq: the annotations, in pages, and the comments. */
export async function checkAnnotationsAt({ rest, reference, births }: Subject, seq: number): Promise<void> {
  const found: Annotation[] = [];
  for (let after: number | null = 0; after !== null;) {
    const page: { annotations: Annotation[]; next: number | null } = good(
      await roomOf(rest.documentId).readAnnotationsAt(seq, after),
    );
    found.push(...page.annotations);
    after = page.next;
  }
  const said = good(await roomOf(rest.documentId).readCommentsAt(seq, null));
  const comments = said.comments.map((each) => commentState(each, births));
  expectSame(comments, shownOf(reference.stateAt(seq).comments), `the comments at ${seq}`);
  const annotations = found.map((each) => annotationState(each, births));
  expectSame(annotations, activeOf(reference.stateAt(seq)), `the annotations at ${seq}`);
}
