import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { contentTypes, exportFileName, JSON_LD_TYPE } from "../../protocol/model/export-job.ts";
import { idSchema } from "../../protocol/model/scalars.ts";
import { readExport, showExport } from "../export-access.ts";
import { guard } from "../middleware/guard.ts";
import { bearerOrQuery, tokenQuery } from "../openapi/requests.ts";
import { binary, notModified, problems } from "../openapi/responses.ts";
import { refusal } from "../answers/refusal.ts";
import { createRouter } from "../router.ts";

const fileTypes = [...Object.values(contentTypes), JSON_LD_TYPE];

const getFile = createRoute({
  method: "get",
  path: "/exports/{file}",
  tags: ["Exports"],
  security: bearerOrQuery,
  operationId: "getExportFile",
  summary: "Read an export's file",
  description:
    "To be shown in a page: `result_url` points here. Answers `Range`, `If-Range` and `If-None-Match`.",
  middleware: [guard("viewer", { queryToken: true })],
  request: {
    params: z.object({
      file: z.string().meta({ description: "The export's id and format: `{id}.{format}`" }),
    }),
    query: tokenQuery,
  },
  responses: {
    200: { description: "The file", content: binary(fileTypes) },
    206: { description: "The range asked for", content: binary(fileTypes) },
    304: notModified,
    ...problems("export_not_found", "document_deleted", "export_not_ready", "range_not_satisfiable"),
  },
});

export const exportFileRoutes = createRouter().openapi(getFile, async (c) => {
  const { file } = c.req.valid("param");
  const id = idSchema.safeParse(file.slice(0, file.indexOf(".")));
  const job = id.success ? await readExport(c, id.data) : undefined;
  if (!job || exportFileName(job.id, job.format) !== file) {
    throw refusal("export_not_found", "There is no such file: see the export's result_url");
  }
  return showExport(c, job);
});
