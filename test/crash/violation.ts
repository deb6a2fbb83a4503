/** What a check found wrong. */
export interface Violation {
  kind: ViolationKind;
  documentId: string;
  /** The change, where there is one. */
  seq?: number;
  detail: string;
}

export type ViolationKind =
  /** Acknowledged, and not there or not as it was (R2). */
  | "lost"
  /** A seq that nothing has (R1, R3). */
  | "gap"
  /** A seq or an operation that is there twice (R1, R7). */
  | "repeat"
  /** Part of what was to be there wholly or not at all, or something that nobody sent (R12, R6). */
  | "torn"
  /** Refused, and there all the same (R13). */
  | "refused"
  /** A repeat that was not answered as one (R7). */
  | "dedupe"
  /** A version whose state is another one than before (R22). */
  | "version"
  /** D1 does not say what the object says. */
  | "catalog";

export const violationKinds: readonly ViolationKind[] = [
  "lost",
  "gap",
  "repeat",
  "torn",
  "refused",
  "dedupe",
  "version",
  "catalog",
];
