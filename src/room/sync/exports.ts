import { type ExportJob, isFinal } from "../../protocol/model/export-job.ts";
import { fail, ok } from "../../protocol/errors.ts";
import type { Access } from "../access.ts";
import { readVersion } from "../history.ts";
import type { Room } from "../room.ts";
import type { ExportTarget } from "../room-api.ts";
import { type Write, WRITE_BYTES } from "../write.ts";

/** Fixes the seq that an export shows, and keeps watch over its job. The same job again gets the same answer. */
export function openExport(
  room: Room,
  access: Access,
  jobId: string,
  versionId: string | undefined,
): Write<ExportTarget> {
  return {
    origin: null,
    bytes: WRITE_BYTES,
    run({ now }) {
      const checked = room.checkActive(access, "viewer");
      if (!checked.ok) return checked;
      const { store, exports } = room;
      const version = versionId === undefined ? null : readVersion(store, versionId);
      if (version && !version.ok) return version;
      const seq = exports.open(jobId, version ? version.value.seq : store.head, now);
      const document = store.readDocumentAt(seq);
      if (!document) return fail("document_not_found", "There is no such document");
      return ok({ result: { seq, document }, seq, duplicate: false, entries: [] });
    },
  };
}

/** Notes how a job stands and tells the room's sockets. A final job is watched no longer. */
export async function reportExport(room: Room, job: ExportJob): Promise<void> {
  const { store, exports, hub } = room;
  if (!store.exists) return;
  await new Promise<void>((resolve) => {
    room.write<boolean>(
      {
        origin: null,
        bytes: WRITE_BYTES,
        run: () => ok({ result: exports.report(job), seq: store.head, duplicate: false, entries: [] }),
      },
      (outcome) => {
        if (outcome.ok && outcome.value.result) {
          hub.broadcast({ type: isFinal(job) ? "export.finished" : "export.progress", export: job });
        }
        resolve();
      },
    );
  });
}
