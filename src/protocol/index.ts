/**
 * The contract of Acetate, for servers and clients alike: resources, messages, limits, errors. It imports only zod, and
 * runs in browsers. `wire/up.ts` tells how a session goes.
 *
 * The schemas are those of `zod/mini`, for the sake of size. zod's errors name the field and the kind of problem, but
 * their texts say only "Invalid input". For English ones (1 KB) call `z.config(en())` with `en` of `zod/locales`.
 *
 * @example
 * import { annotationSchema, type ClientMessageDraft, serverMessageSchema } from "./protocol/index.ts";
 *
 * const message: ClientMessageDraft = { type: "received", seq: 4 };
 * socket.send(JSON.stringify(message));
 * socket.onmessage = ({ data }) => console.log(serverMessageSchema.parse(JSON.parse(data)).type);
 */
export * from "./errors.ts";
export * from "./limits.ts";
export * from "./problem.ts";
export * from "./model/annotation.ts";
export * from "./model/base64.ts";
export * from "./model/changes.ts";
export * from "./model/comment.ts";
export * from "./model/default-style.ts";
export * from "./model/document.ts";
export * from "./model/export-job.ts";
export * from "./model/geometry.ts";
export * from "./model/label-set.ts";
export * from "./model/scalars.ts";
export * from "./model/token.ts";
export * from "./model/version.ts";
export * from "./wire/down.ts";
export * from "./wire/up.ts";
