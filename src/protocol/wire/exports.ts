import * as z from "zod";
import { exportJobSchema } from "../model/export-job.ts";
import { messageType } from "./message-type.ts";

/** How exports of the document come along. These messages have no seq. */

export const exportProgressMessage = z
  .object({ type: messageType("export.progress"), export: exportJobSchema })
  .meta({ id: "ExportProgressMessage", description: "An export has come further" });
export const exportFinishedMessage = z
  .object({ type: messageType("export.finished"), export: exportJobSchema })
  .meta({ id: "ExportFinishedMessage", description: "An export has succeeded, failed, or was cancelled" });
