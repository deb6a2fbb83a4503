import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Comment, CommentDraft } from "../../protocol/model/comment.ts";
import type { Changes } from "../../protocol/model/changes.ts";
import type { Document, DocumentPage, DocumentSummary } from "../../protocol/model/document.ts";
import type { LabelSet } from "../../protocol/model/label-set.ts";
import type { ExportJob } from "../../protocol/model/export-job.ts";
import type { Paged } from "../../protocol/model/scalars.ts";
import type { RevertResult, Version, VersionDiff, VersionWithState } from "../../protocol/model/version.ts";
import { Service, type ServiceOptions } from "../service.ts";
import { TokenSource, type TokenOption } from "../token-source.ts";
import type { ExportCall } from "./exports.ts";
import type { Call, CallOptions, ChangeOptions, Http, WriteOptions } from "./http.ts";
import { loadRest } from "./load-rest.ts";
import type * as Shape from "./shapes.ts";
import type { Upload } from "./upload.ts";

export interface ClientOptions extends ServiceOptions {
  /** Where the service is, as in `https://acetate.example`. */
  url: string | URL;
  /** Not needed where the service runs without a secret. */
  token?: TokenOption | undefined;
}

/** For an address that is put into a page, where no header can be set. */
interface AddressOptions {
  /** A token that lives 15 minutes or less. It shows in the address. */
  token?: string | undefined;
}

export interface UploadOptions extends ChangeOptions {
  /**
   * Hears which part of the file was sent: from 0 to 1, rising. In a browser with your own `fetch`, which can't tell,
   * it hears only of the end.
   */
  onProgress?: ((progress: number) => void) | undefined;
}

/** Every route of the REST interface, by resource. */
export type Client = ReturnType<typeof createClient>;

/**
 * The REST interface, typed. Bodies, answers and query parameters have the names of the OpenAPI file; options take the
 * query parameters, beside `signal` and, for writes, `idempotencyKey`. Every call rejects with `AcetateError`. It is
 * sent again, up to four times, where that may help; a write happens once all the same.
 *
 * @example
 * const api = createClient({ url: "https://acetate.example", token: () => fetchToken() });
 * const document = await api.documents.create({ title: "Ground floor" });
 * await api.documents.uploadImage(document.id, file, { onProgress: (part) => bar.set(part) });
 * for await (const annotation of api.annotations.listAll({ document_id: document.id })) show(annotation);
 */
export function createClient({ url, token, ...options }: ClientOptions) {
  const service = new Service(url, new TokenSource(token), options);

  const json = async <T>(method: string, path: string, call: Call = {}): Promise<T> =>
    (await loadHttp(service, call)).json(method, path, call);
  const blob = async (path: string, call: Call = {}): Promise<Blob> =>
    (await loadHttp(service, call)).blob(path, call);
  const read = <T>(path: string, options?: CallOptions): Promise<T> => json("GET", path, toCall(options));
  const write =
    (method: string) =>
    <T>(path: string, options?: WriteOptions, body?: unknown): Promise<T> =>
      json(method, path, { ...toCall(options), json: body });
  const post = write("POST");
  const put = write("PUT");
  const patch = write("PATCH");
  const remove = write("DELETE");

  async function* readAll<T>(path: string, options?: CallOptions): AsyncGenerator<T, void> {
    const call = toCall(options);
    yield* (await loadHttp(service, call)).list<T>(path, call);
  }

  return {
    documents: {
      /** One page, the newest first or as `sort` says. Its `next` is the `after` of the following one. */
      list: (options?: Shape.DocumentListQuery & CallOptions) => read<DocumentPage>("/v1/documents", options),
      /** All pages, one document after the other. */
      listAll: (options?: Omit<Shape.DocumentListQuery, "page" | "after"> & CallOptions) =>
        readAll<DocumentSummary>("/v1/documents", options),
      get: (id: string, options?: Shape.DocumentGetQuery & CallOptions) =>
        read<Document>(at("documents", id), options),
      create: (body: Shape.DocumentDraft, options?: WriteOptions) =>
        post<Document>("/v1/documents", options, body),
      /** `metadata` is merged, other fields are replaced. */
      update: (id: string, body: Shape.DocumentChange, options?: ChangeOptions) =>
        patch<Document>(at("documents", id), options, body),
      /** It can be restored. */
      delete: (id: string, options?: ChangeOptions) => remove<void>(at("documents", id), options),
      restore: (id: string, options?: ChangeOptions) =>
        post<Document>(at("documents", id, "/restore"), options),

      getLabels: (id: string, options?: CallOptions) =>
        read<LabelSet>(at("documents", id, "/labels"), options),
      /** Replaces the whole label set. */
      setLabels: (id: string, body: Shape.LabelSetDraft, options?: ChangeOptions) =>
        put<LabelSet>(at("documents", id, "/labels"), options, body),

      /** Sets or replaces the picture: a JPEG, PNG, WebP or GIF file. */
      uploadImage: (id: string, file: Upload, { onProgress, ...options }: UploadOptions = {}) =>
        json<Document>("PUT", at("documents", id, "/image"), { ...options, file, onProgress }),
      /** The picture's file; with `width` a preview, with `sha256` an earlier picture. */
      getImage: (id: string, options?: Shape.ImageQuery & CallOptions) =>
        blob(at("documents", id, "/image"), toCall(options)),
      /** The address of the same. */
      imageUrl: (id: string, query?: Shape.ImageQuery & AddressOptions) =>
        service.address(at("documents", id, "/image"), query),
      /** A small picture with the annotations, as WebP. */
      getThumbnail: (id: string, options?: Shape.ThumbnailQuery & CallOptions) =>
        blob(at("documents", id, "/thumbnail"), toCall(options)),
      /** The address of the same. */
      thumbnailUrl: (id: string, query?: Shape.ThumbnailQuery & AddressOptions) =>
        service.address(at("documents", id, "/thumbnail"), query),

      /**
       * Every change after `since`, in portions, up to the present. `next_since` and `lineage` of the last portion are
       * where to go on another time.
       */
      async *changes(id: string, { since = 0, ...options }: Shape.ChangesQuery & CallOptions = {}) {
        const query = { ...options, since };
        for (let more = true; more;) {
          const changes = await read<Changes>(at("documents", id, "/changes"), query);
          yield changes;
          ({ next_since: query.since, lineage: query.lineage, more } = changes);
        }
      },
      /** Appends CRDT updates, all or none. The `op_id` of each makes it happen once. */
      appendUpdates: (id: string, body: Shape.UpdatesAppend, options?: CallOptions) =>
        post<Shape.UpdatesAppended>(at("documents", id, "/updates"), options, body),
    },

    annotations: {
      /** One page, in the order they were made. */
      list: (options?: Shape.AnnotationListQuery & CallOptions) =>
        read<Paged<Annotation>>("/v1/annotations", options),
      /** All pages, one annotation after the other. */
      listAll: (options?: Omit<Shape.AnnotationListQuery, "page"> & CallOptions) =>
        readAll<Annotation>("/v1/annotations", options),
      /** Also a deleted one: its `status` says so. */
      get: (id: string, options?: Shape.DocumentQuery & CallOptions) =>
        read<Annotation>(at("annotations", id), options),
      create: (body: Shape.AnnotationCreation, options?: WriteOptions) =>
        post<Annotation>("/v1/annotations", options, body),
      /** `version` in the body is the one that the change was made for. */
      update: (id: string, body: Shape.AnnotationChange, options?: Shape.DocumentQuery & ChangeOptions) =>
        patch<Annotation>(at("annotations", id), options, body),
      delete: (id: string, options?: Shape.DocumentQuery & VersionQuery & ChangeOptions) =>
        remove<void>(at("annotations", id), options),
      restore: (id: string, options?: Shape.DocumentQuery & VersionQuery & ChangeOptions) =>
        post<Annotation>(at("annotations", id, "/restore"), options),
      /** Up to 500 operations as one change: all or none. */
      batch: (body: Shape.AnnotationBatch, options?: WriteOptions) =>
        post<Shape.AnnotationBatchResult>("/v1/annotations/batch", options, body),
    },

    comments: {
      /** One page, in the order they were made. */
      list: (documentId: string, options?: Shape.CommentListQuery & CallOptions) =>
        read<Paged<Comment>>(commentAt(documentId), options),
      /** All pages, one comment after the other. */
      listAll: (documentId: string, options?: Omit<Shape.CommentListQuery, "page"> & CallOptions) =>
        readAll<Comment>(commentAt(documentId), options),
      /** Also a deleted one: its `status` says so. */
      get: (documentId: string, id: string, options?: CallOptions) =>
        read<Comment>(commentAt(documentId, id), options),
      /** Starts a thread, or continues the one that `reply_to` names. */
      create: (documentId: string, body: CommentDraft, options?: WriteOptions) =>
        post<Comment>(commentAt(documentId), options, body),
      /** Changes its text, or resolves or reopens its thread. */
      update: (documentId: string, id: string, body: Shape.CommentChange, options?: ChangeOptions) =>
        patch<Comment>(commentAt(documentId, id), options, body),
      delete: (documentId: string, id: string, options?: VersionQuery & ChangeOptions) =>
        remove<void>(commentAt(documentId, id), options),
    },

    versions: {
      /** One page, the newest first. */
      list: (options: Shape.VersionListQuery & CallOptions) => read<Paged<Version>>("/v1/versions", options),
      /** All pages, one version after the other. */
      listAll: (options: Omit<Shape.VersionListQuery, "page"> & CallOptions) =>
        readAll<Version>("/v1/versions", options),
      /** The version with everything as it was then. */
      get: (id: string, options?: Shape.DocumentQuery & CallOptions) =>
        read<VersionWithState>(at("versions", id), options),
      create: (body: Shape.VersionDraft, options?: WriteOptions) =>
        post<Version>("/v1/versions", options, body),
      /** Makes it the present again. What was there before is kept as an automatic version. */
      revert: (id: string, options?: Shape.DocumentQuery & WriteOptions) =>
        post<RevertResult>(at("versions", id, "/revert"), options),
      /** What differs from it to the version `against`, or to the present. */
      diff: (id: string, options?: Shape.VersionDiffQuery & CallOptions) =>
        read<VersionDiff>(at("versions", id, "/diff"), options),
    },

    exports: {
      /** One page, the newest first. */
      list: (options?: Shape.ExportListQuery & CallOptions) => read<Paged<ExportJob>>("/v1/exports", options),
      /** All pages, one job after the other. */
      listAll: (options?: Omit<Shape.ExportListQuery, "page"> & CallOptions) =>
        readAll<ExportJob>("/v1/exports", options),
      get: (id: string, options?: CallOptions) => read<ExportJob>(at("exports", id), options),
      /** Answers at once; the file is made in the background. */
      create: (body: Shape.ExportDraft, options?: WriteOptions) =>
        post<ExportJob>("/v1/exports", options, body),
      cancel: (id: string, options?: CallOptions) => remove<ExportJob>(at("exports", id), options),
      /** The file of a job that has succeeded. */
      download: (id: string, options?: CallOptions) => blob(at("exports", id, "/download"), options),
      /** An address that downloads it, under the document's title. */
      downloadUrl: (id: string, query?: AddressOptions) =>
        service.address(at("exports", id, "/download"), query),
      /** The same file, as it is shown in a page. */
      getFile: (job: FileName, options?: CallOptions) => blob(fileOf(job), options),
      /** An address that shows it. */
      fileUrl: (job: FileName, query?: AddressOptions) => service.address(fileOf(job), query),
      /** Makes an export, waits for it, and reads its file. Rejects with `export_failed` where it fails. */
      async run({ document_id: documentId, ...request }: Shape.ExportDraft, options: ExportCall = {}) {
        const { exportDocument, Http } = await loadRest(options.signal);
        return exportDocument(new Http(service), documentId, request, options);
      },
    },

    tokens: {
      /** A token for someone else. It is shown only now. */
      mint: (body: Shape.TokenDraft, options?: CallOptions) => post<Shape.Token>("/v1/tokens", options, body),
      /** Refuses every token issued so far for a document, the caller's own too: the answer has its replacement. */
      revoke: (documentId: string, options?: CallOptions) =>
        post<Shape.TokenRevoked>("/v1/tokens/revoke", options, { document_id: documentId }),
    },

    /** Whether the service and its parts work. */
    health: (options?: CallOptions) =>
      json<Shape.Health>("GET", "/v1/health", { ...options, alsoStatus: 503 }),
  };
}

async function loadHttp(service: Service, { signal }: Call): Promise<Http> {
  const { Http } = await loadRest(signal);
  return new Http(service);
}

interface VersionQuery {
  /** Refuses the call with `stale_version` where it is not the current one. */
  version?: number | undefined;
}

type FileName = Pick<ExportJob, "id" | "format">;

function fileOf({ id, format }: FileName): string {
  return `/exports/${id}.${format}`;
}

function commentAt(documentId: string, id?: string): string {
  return at("documents", documentId, id === undefined ? "/comments" : `/comments/${encodeURIComponent(id)}`);
}

function at(resource: string, id: string, more = ""): string {
  return `/v1/${resource}/${encodeURIComponent(id)}${more}`;
}

/** Tells the options of every call from query parameters. */
function toCall({ signal, idempotencyKey, ifMatch, ...query }: ChangeOptions = {}): Call {
  return { signal, idempotencyKey, ifMatch, query };
}
