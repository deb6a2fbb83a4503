import type { Ledger } from "./ledger.ts";
import type { Operation } from "./operation.ts";
import type { RoundReport } from "./round.ts";
import type { CatalogReport } from "./verify.ts";
import { type Violation, violationKinds } from "./violation.ts";

/** Shown of a round. */
const VIOLATIONS_SHOWN = 20;

/** One line for a round, and one for each of its violations. */
export function printRound(
  name: string,
  report: RoundReport,
  violations: readonly Violation[],
  ms: number,
): void {
  const { killedAfterMs, acked, unanswered, unansweredThere, repeated, untouchedCatalog, catalog } = report;
  console.log(
    [
      `round ${name}`,
      `killed after ${killedAfterMs} ms`,
      `acked ${acked}`,
      `unanswered ${unanswered} (${unansweredThere} there)`,
      `repeated ${repeated}`,
      ...(untouchedCatalog ? [`D1 untouched ${describeCatalog(untouchedCatalog)}`] : []),
      `D1 ${describeCatalog(catalog)}`,
      violations.length === 0 ? "nothing wrong" : `${violations.length} VIOLATIONS`,
      `${(ms / 1000).toFixed(1)} s`,
    ].join(" · "),
  );
  for (const { kind, documentId, seq, detail } of violations.slice(0, VIOLATIONS_SHOWN)) {
    console.log(`  ${kind}: ${documentId}${seq === undefined ? "" : ` seq ${seq}`}: ${detail}`);
  }
}

function describeCatalog({ behind, drainedMs }: CatalogReport): string {
  return behind === 0 ? "equal" : `${behind} rows behind, equal after ${(drainedMs / 1000).toFixed(1)} s`;
}

/** What was acknowledged in all rounds, and what was wrong. */
export function printSummary(rounds: number, ledgers: readonly Ledger[]): void {
  const kinds = new Map<string, number>();
  for (const operation of ledgers.flatMap(({ operations }) => [...operations.values()])) {
    if (operation.outcome === "pending") continue;
    const kind = kindOf(operation);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const acked = ledgers.reduce((sum, { ackedCount }) => sum + ackedCount, 0);
  console.log(`${rounds} rounds, ${acked} acked changes; with those found without an answer: ${list(kinds)}`);
  const violations = ledgers.flatMap((ledger) => ledger.violations);
  const counts = new Map(
    violationKinds.map((kind) => [kind, violations.filter((violation) => violation.kind === kind).length]),
  );
  console.log(`violations: ${list(counts)}`);
}

function kindOf({ send }: Operation): string {
  if (send.via === "socket") return send.message.type === "update" ? "updates" : "annotations by socket";
  switch (send.answer) {
    case "annotation":
    case "batch":
    case "nothing":
      return "annotations by REST";
    case "version":
      return "versions";
    case "document":
      return "document fields";
    case "labels":
      return "label sets";
    case "revert":
      return "reverts";
  }
}

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${name} ${count}`).join(", ");
}
