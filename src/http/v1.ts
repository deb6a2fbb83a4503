import { annotationBatchRoutes } from "./routes/annotation-batch.ts";
import { annotationRoutes } from "./routes/annotations.ts";
import { changeRoutes } from "./routes/changes.ts";
import { documentRoutes } from "./routes/documents.ts";
import { exportRoutes } from "./routes/exports.ts";
import { healthRoutes } from "./routes/health.ts";
import { imageRoutes } from "./routes/images.ts";
import { labelRoutes } from "./routes/labels.ts";
import { realtimeRoutes } from "./routes/realtime.ts";
import { thumbnailRoutes } from "./routes/thumbnails.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { versionRoutes } from "./routes/versions.ts";
import { createRouter } from "./router.ts";

/** The routes under `/v1` and `/api/v1`: those that the OpenAPI file describes. */
export const v1Routes = createRouter();
v1Routes.route("/", healthRoutes);
v1Routes.route("/", documentRoutes);
v1Routes.route("/", labelRoutes);
v1Routes.route("/", imageRoutes);
v1Routes.route("/", thumbnailRoutes);
v1Routes.route("/", changeRoutes);
v1Routes.route("/", annotationBatchRoutes);
v1Routes.route("/", annotationRoutes);
v1Routes.route("/", versionRoutes);
v1Routes.route("/", exportRoutes);
v1Routes.route("/", tokenRoutes);
v1Routes.route("/", realtimeRoutes);
