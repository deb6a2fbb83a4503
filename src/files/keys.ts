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
export function thumbnailKey(
  documentId: string,
  size: number,
  layer: "all" | "annotations",
  fingerprint: string,
): string {
  const folder = layer === "all" ? size : `${size}-${layer}`;
  return `thumbnails/${documentId}/${folder}/${fingerprint}`;
}

/** The previews of a document's images: those of one image, or of all. */
export function previewFolder(documentId: string, sha256?: string): string {
  return `previews/${documentId}/${sha256 === undefined ? "" : `${sha256}/`}`;
}

export function previewKey(documentId: string, sha256: string, width: number, format: ExportFormat): string {
  return `${previewFolder(documentId, sha256)}${width}.${format}`;
}
