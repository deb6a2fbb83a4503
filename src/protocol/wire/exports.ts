import * as z from "zod/mini";
import { component } from "../describe.ts";
import { exportJobSchema } from "../model/export-job.ts";
import { messageType } from "./message-type.ts";

/** How exports of the document come along. These messages have no seq. */

export const exportProgressMessage = component(
  z.object({ type: messageType("export.progress"), export: exportJobSchema }),
  "ExportProgressMessage",
  "An export has come further",
);
export const exportFinishedMessage = component(
  z.object({ type: messageType("export.finished"), export: exportJobSchema }),
  "ExportFinishedMessage",
  "An export has succeeded, failed, or was cancelled",
);
