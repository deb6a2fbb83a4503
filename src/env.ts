import type { ExportMessage } from "./export/queue-message.ts";

/** The bindings of `wrangler.toml`, and the variables with their raw values: `readConfig` checks those. */
export interface Env {
  /** The documents' objects: see `room/room-stub.ts`. */
  ROOMS: DurableObjectNamespace;
  DB: D1Database;
  BUCKET: R2Bucket;
  EXPORT_QUEUE: Queue<ExportMessage>;
  /** Files of `public/`: Swagger UI, fonts. */
  ASSETS: Fetcher;
  /** Local runs only: the folder `./exports` as a service. Where deployed: an empty string. */
  EXPORTS_DIR?: Fetcher | string;
  /**
   * Local runs only: the folder with the files of the documents' objects as a service. Where deployed: an empty string.
   */
  OBJECT_FILES?: Fetcher | string;

  /** Secret: signs and checks tokens. Without it only loopback is served. */
  AUTH_SECRET?: string;
  ALLOWED_ORIGINS?: string;
  SNAPSHOT_EVERY?: string;
  PRESENCE_TIMEOUT_MS?: string;
  JOIN_ARRIVED_MS?: string;
  REQUESTS_PER_SECOND?: string;
  SOCKETS_PER_DOCUMENT?: string;
  MAX_IMAGE_PIXELS?: string;
  MAX_WHOLE_IMAGE_PIXELS?: string;
}
