import { env } from "cloudflare:workers";
import { insertExportJob } from "../../src/catalog/export-jobs.ts";
import type { Permission } from "../../src/protocol/model/token.ts";
import type { Comment } from "../../src/protocol/model/comment.ts";
import type { Version } from "../../src/protocol/model/version.ts";
import { type CallInit, call, guarded, postAnnotation, postDocument } from "./http.ts";
import { tinyPng } from "./images.ts";

/** What exists for a row of the table: fresh for each, so that no row sees what another did. */
export interface Ids {
  document: string;
  annotation: string;
  comment: string;
  version: string;
  export: string;
}

export interface Row {
  method: string;
  /** As in OpenAPI. */
  route: string;
  role: Permission;
  /** Takes a token for every document. */
  all?: boolean;
  path?: (ids: Ids) => string;
  init?: (ids: Ids) => CallInit;
  /** The answer to who is allowed. */
  status: number;
}

const at = (ids: Ids) => ({ document_id: ids.document });
/** Every guarded route, with a request that is good. */
export const guardedRoutes: Row[] = [
  {
    method: "POST",
    route: "/v1/documents",
    role: "admin",
    all: true,
    init: () => ({ json: { title: "x" } }),
    status: 201,
  },
  { method: "GET", route: "/v1/documents", role: "viewer", all: true, status: 200 },
  { method: "GET", route: "/v1/documents/{id}", role: "viewer", status: 200 },
  {
    method: "PATCH",
    route: "/v1/documents/{id}",
    role: "editor",
    init: () => ({ json: { title: "y" } }),
    status: 200,
  },
  { method: "DELETE", route: "/v1/documents/{id}", role: "admin", status: 204 },
  { method: "POST", route: "/v1/documents/{id}/restore", role: "admin", status: 200 },
  {
    method: "PUT",
    route: "/v1/documents/{id}/image",
    role: "editor",
    init: () => ({ body: tinyPng }),
    status: 200,
  },
  { method: "GET", route: "/v1/documents/{id}/labels", role: "viewer", status: 200 },
  {
    method: "PUT",
    route: "/v1/documents/{id}/labels",
    role: "editor",
    init: () => ({ json: { labels: [] } }),
    status: 200,
  },
  { method: "GET", route: "/v1/documents/{id}/image", role: "viewer", status: 404 },
  { method: "GET", route: "/v1/documents/{id}/thumbnail", role: "viewer", status: 200 },
  { method: "GET", route: "/v1/documents/{id}/changes", role: "viewer", status: 200 },
  {
    method: "POST",
    route: "/v1/documents/{id}/updates",
    role: "editor",
    init: () => ({ json: { updates: [{ op_id: crypto.randomUUID(), base_version: 0, delta_b64: "AQID" }] } }),
    status: 200,
  },
  {
    method: "POST",
    route: "/v1/annotations",
    role: "editor",
    init: (ids) => ({ json: { ...at(ids), type: "point", geometry: { x: 1, y: 1 } } }),
    status: 201,
  },
  {
    method: "GET",
    route: "/v1/annotations",
    role: "viewer",
    path: (ids) => `/v1/annotations?document_id=${ids.document}`,
    status: 200,
  },
  {
    method: "GET",
    route: "/v1/annotations/{id}",
    role: "viewer",
    path: (ids) => `/v1/annotations/${ids.annotation}?document_id=${ids.document}`,
    status: 200,
  },
  {
    method: "PATCH",
    route: "/v1/annotations/{id}",
    role: "editor",
    path: (ids) => `/v1/annotations/${ids.annotation}?document_id=${ids.document}`,
    init: () => ({ json: { version: 1, text: "t" } }),
    status: 200,
  },
  {
    method: "DELETE",
    route: "/v1/annotations/{id}",
    role: "editor",
    path: (ids) => `/v1/annotations/${ids.annotation}?document_id=${ids.document}`,
    status: 204,
  },
  {
    method: "POST",
    route: "/v1/annotations/{id}/restore",
    role: "editor",
    path: (ids) => `/v1/annotations/${ids.annotation}/restore?document_id=${ids.document}`,
    status: 200,
  },
  {
    method: "POST",
    route: "/v1/annotations/batch",
    role: "editor",
    init: (ids) => ({ json: { ...at(ids), operations: [{ op: "delete", id: ids.annotation }] } }),
    status: 200,
  },
  {
    method: "POST",
    route: "/v1/documents/{id}/comments",
    role: "comment",
    init: (ids) => ({ json: { annotation_id: ids.annotation, text: "Hm" } }),
    status: 201,
  },
  { method: "GET", route: "/v1/documents/{id}/comments", role: "viewer", status: 200 },
  { method: "GET", route: "/v1/documents/{id}/comments/{comment_id}", role: "viewer", status: 200 },
  {
    method: "PATCH",
    route: "/v1/documents/{id}/comments/{comment_id}",
    role: "comment",
    init: () => ({ json: { resolved: true } }),
    status: 200,
  },
  {
    method: "DELETE",
    route: "/v1/documents/{id}/comments/{comment_id}",
    role: "comment",
    // Of the caller's own: of others' comments it takes the role editor.
    status: 204,
  },
  { method: "POST", route: "/v1/versions", role: "editor", init: (ids) => ({ json: at(ids) }), status: 201 },
  {
    method: "GET",
    route: "/v1/versions",
    role: "viewer",
    path: (ids) => `/v1/versions?document_id=${ids.document}`,
    status: 200,
  },
  {
    method: "GET",
    route: "/v1/versions/{id}",
    role: "viewer",
    path: (ids) => `/v1/versions/${ids.version}?document_id=${ids.document}`,
    status: 200,
  },
  {
    method: "GET",
    route: "/v1/versions/{id}/diff",
    role: "viewer",
    path: (ids) => `/v1/versions/${ids.version}/diff?document_id=${ids.document}`,
    status: 200,
  },
  {
    method: "POST",
    route: "/v1/versions/{id}/revert",
    role: "editor",
    path: (ids) => `/v1/versions/${ids.version}/revert?document_id=${ids.document}`,
    status: 200,
  },
  {
    method: "POST",
    route: "/v1/exports",
    role: "viewer",
    init: (ids) => ({ json: { ...at(ids), format: "svg" } }),
    status: 202,
  },
  {
    method: "GET",
    route: "/v1/exports",
    role: "viewer",
    path: (ids) => `/v1/exports?document_id=${ids.document}`,
    status: 200,
  },
  {
    method: "GET",
    route: "/v1/exports/{id}",
    role: "viewer",
    path: (ids) => `/v1/exports/${ids.export}`,
    status: 200,
  },
  {
    method: "DELETE",
    route: "/v1/exports/{id}",
    role: "editor",
    path: (ids) => `/v1/exports/${ids.export}`,
    status: 200,
  },
  {
    method: "GET",
    route: "/v1/exports/{id}/download",
    role: "viewer",
    path: (ids) => `/v1/exports/${ids.export}/download`,
    status: 409,
  },
  {
    method: "GET",
    route: "/exports/{file}",
    role: "viewer",
    path: (ids) => `/exports/${ids.export}.json`,
    status: 409,
  },
  {
    method: "POST",
    route: "/v1/tokens",
    role: "viewer",
    init: (ids) => ({ json: { ...at(ids), role: "viewer", expires_in: 60 } }),
    status: 201,
  },
  {
    method: "POST",
    route: "/v1/tokens/revoke",
    role: "admin",
    init: (ids) => ({ json: at(ids) }),
    status: 200,
  },
  {
    method: "GET",
    route: "/v1/realtime",
    role: "viewer",
    path: (ids) => `/v1/realtime?document_id=${ids.document}`,
    init: () => ({ headers: { Upgrade: "websocket" } }),
    status: 101,
  },
  {
    method: "GET",
    route: "/ws/documents/{id}",
    role: "viewer",
    init: () => ({ headers: { Upgrade: "websocket" } }),
    status: 101,
  },
];

export async function makeIds(): Promise<Ids> {
  const { id: document } = await postDocument();
  const annotation = await postAnnotation(document);
  const json = { annotation_id: annotation.id, text: "Is it straight?", author: "ana" };
  const comment = await call(`/v1/documents/${document}/comments`, { json });
  const version = await call("/v1/versions", { json: { document_id: document } });
  const { id } = await version.json<Version>();
  return {
    document,
    annotation: annotation.id,
    comment: (await comment.json<Comment>()).id,
    version: id,
    export: await putQueuedExport(document),
  };
}

/** A job that nobody works on: its file is never ready. */
async function putQueuedExport(documentId: string): Promise<string> {
  const { job } = await insertExportJob(env.DB, {
    id: crypto.randomUUID(),
    document_id: documentId,
    version_id: null,
    seq: 1,
    format: "json",
    options: { scale: 1, quality: 85, background: "#ffffff" },
    requester: null,
    created_at: Date.now(),
  });
  return job.id;
}

/** Where a row's request goes. */
export function pathOf(row: Row, ids: Ids): string {
  return row.path?.(ids) ?? row.route.replace("{id}", ids.document).replace("{comment_id}", ids.comment);
}

export async function request(row: Row, ids: Ids, token?: string): Promise<Response> {
  return guarded(pathOf(row, ids), { method: row.method, ...row.init?.(ids), ...(token && { token }) });
}
