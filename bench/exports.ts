import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { annotationSchema } from "../src/protocol/model/annotation.ts";
import { documentSchema } from "../src/protocol/model/document.ts";
import { exportFileName, exportJobSchema, type ExportFormat } from "../src/protocol/model/export-job.ts";
import { projectRoot } from "../tools/project.ts";
import { RoomSocket, roomUrl } from "../tools/room-socket.ts";

const fixture = path.join(projectRoot, "test/fixtures/exif-landscape-6.jpg");
/**
 * A job that asks for what another one has made gets a copy: under an opaque photo each colour is as much work, and
 * another request.
 */
let grounds = 0;

/** Milliseconds from the request to the message that the file is there. */
export async function measureExport(service: URL, documentId: string, format: ExportFormat): Promise<number> {
  const background = `#${(grounds++).toString(16).padStart(6, "0")}`;
  const room = await RoomSocket.join(roomUrl(service, documentId));
  const start = performance.now();
  const job = exportJobSchema.parse(
    await post(service, "/v1/exports", { document_id: documentId, format, background }),
  );
  const finished = await room.next("export.finished", (message) => message.export.id === job.id);
  const elapsed = performance.now() - start;
  await room.close();
  if (finished.export.status !== "succeeded") throw new Error(`the export failed: ${finished.export.error}`);
  await rm(path.join(projectRoot, "exports", exportFileName(job.id, format)), { force: true });
  return elapsed;
}

export async function createDocument(service: URL, title: string): Promise<string> {
  return documentSchema.parse(await post(service, "/v1/documents", { title })).id;
}

/** A document with the photo of 1800 × 1200, or another picture, and annotations. */
export async function createPictured(
  service: URL,
  { annotations = 10, picture = fixture }: { annotations?: number; picture?: string } = {},
): Promise<string> {
  const id = await createDocument(service, "Pictured");
  const response = await fetch(new URL(`/v1/documents/${id}/image`, service), {
    method: "PUT",
    body: await readFile(picture),
  });
  if (!response.ok) throw new Error(`the picture was refused: ${await response.text()}`);
  for (let index = 0; index < annotations; index++) {
    const place = index % 10;
    const geometry = { x: 100 + place * 150, y: 100 + place * 90, width: 120 + index, height: 80 + index };
    annotationSchema.parse(
      await post(service, "/v1/annotations", {
        document_id: id,
        type: "box",
        geometry,
        text: `Box ${index}`,
      }),
    );
  }
  return id;
}

async function post(service: URL, route: string, body: object): Promise<unknown> {
  const response = await fetch(new URL(route, service), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${route} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
