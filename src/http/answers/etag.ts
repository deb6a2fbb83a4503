import type { Context } from "hono";
import type { Annotation } from "../../protocol/model/annotation.ts";
import type { Comment } from "../../protocol/model/comment.ts";
import type { Document } from "../../protocol/model/document.ts";
import type { ExportJob } from "../../protocol/model/export-job.ts";
import type { LabelSet } from "../../protocol/model/label-set.ts";
import type { AppEnv } from "../app-env.ts";

/** Entity tags (RFC 9110 §8.8.3), with their quotes. */
export function documentTag({ version, seq }: Document): string {
  return `"${version}.${seq}"`;
}

export function labelSetTag({ version }: LabelSet): string {
  return `"${version}"`;
}

export function annotationTag({ version }: Annotation): string {
  return `"${version}"`;
}

export function commentTag({ version }: Comment): string {
  return `"${version}"`;
}

export function exportTag({ status, progress, attempts }: ExportJob): string {
  return `"${status}.${progress}.${attempts}"`;
}

/** Sets the ETag. Returns true if the client has this version already: answer 304. */
export function isNotModified(c: Context<AppEnv>, tag: string): boolean {
  c.header("ETag", tag);
  c.header("Cache-Control", "private, no-cache");
  const condition = c.req.header("If-None-Match");
  return condition !== undefined && matchesTag(condition, tag);
}

/** Compares a list of tags, or `*`, with the current tag. The comparison is weak (RFC 9110 §13.1.2). */
export function matchesTag(condition: string, tag: string): boolean {
  if (condition.trim() === "*") return true;
  return listTags(condition).some(({ opaque }) => opaque === withoutWeak(tag));
}

/**
 * The versions that an `If-Match` names (RFC 9110 §13.1.1): `"7"` and `"7.12"` both name 7. Weak tags and foreign tags
 * match nothing, so a header with only such tags fails. undefined: there is no such header.
 */
export function readIfMatch(condition: string | undefined): number[] | "*" | undefined {
  if (condition === undefined) return undefined;
  if (condition.trim() === "*") return "*";
  return listTags(condition).flatMap(({ weak, opaque }) => {
    const [, version] = /^"(\d{1,15})(?:\.\d+)?"$/.exec(opaque) ?? [];
    return weak || version === undefined ? [] : [Number(version)];
  });
}

function listTags(condition: string): { weak: boolean; opaque: string }[] {
  const tags = condition.matchAll(/(W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g);
  return [...tags].map(([, weak, opaque = ""]) => ({ weak: weak !== undefined, opaque }));
}

function withoutWeak(tag: string): string {
  return tag.startsWith("W/") ? tag.slice(2) : tag;
}
