import { exportFileName, type ExportFormat } from "../protocol/model/export-job.ts";

/** Where files are in R2. */

/** A base image. It is never overwritten: other bytes have another hash. */
export function imageKey(documentId: string, sha256: string): string {
  return `images/${documentId}/${sha256}`;
}

/** An upload whose hash is not known yet. */
export function uploadKey(documentId: string, uploadId: string): string {
  return `uploads/${documentId}/${uploadId}`;
}

export function exportKey(id: string, format: ExportFormat): string {
  return `exports/${exportFileName(id, format)}`;
}

/** `fingerprint`: of what the thumbnail shows. */
export function thumbnailKey(documentId: string, size: number, fingerprint: string): string {
  return `thumbnails/${documentId}/${size}/${fingerprint}`;
}
