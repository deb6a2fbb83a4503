import * as z from "zod/mini";
import { component } from "../describe.ts";
import {
  annotationBatchEvent,
  annotationCreatedEvent,
  annotationDeletedEvent,
  annotationUpdatedEvent,
} from "./annotations.ts";
import { commentCreatedEvent, commentDeletedEvent, commentUpdatedEvent } from "./comments.ts";
import { labelsUpdatedEvent } from "./labels.ts";
import {
  documentDeletedEvent,
  documentUpdatedEvent,
  versionCreatedEvent,
  versionRevertedEvent,
} from "./documents.ts";

/** Changes with a seq that are not CRDT updates: broadcast as they happen, repeated to clients that resume. */
export const eventSchema = component(
  z.discriminatedUnion("type", [
    annotationCreatedEvent,
    annotationUpdatedEvent,
    annotationDeletedEvent,
    annotationBatchEvent,
    commentCreatedEvent,
    commentUpdatedEvent,
    commentDeletedEvent,
    documentUpdatedEvent,
    documentDeletedEvent,
    labelsUpdatedEvent,
    versionCreatedEvent,
    versionRevertedEvent,
  ]),
  "Event",
  "A change with a seq that is not a CRDT update",
);
export type Event = z.infer<typeof eventSchema>;
