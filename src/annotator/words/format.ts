const KB = 1_000;
const MB = 1_000 * KB;

/** "8.4 MB", in the language's own way. */
export function formatBytes(bytes: number, language: string): string {
  const [unit, size] = bytes < MB ? (["kilobyte", KB] as const) : (["megabyte", MB] as const);
  const maximumFractionDigits = unit === "megabyte" && bytes < 10 * MB ? 1 : 0;
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits }).format(
    Math.max(bytes / size, 1),
  );
}

const steps: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "8 minutes ago"; after a week the date. */
export function formatTime(time: string, language: string, now = Date.now()): string {
  const seconds = (now - Date.parse(time)) / 1_000;
  if (seconds > 7 * 86_400) {
    return new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(new Date(time));
  }
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  const [unit, length] = steps.find(([, length]) => seconds >= length) ?? (["second", 1] as const);
  return unit === "second" ? format.format(0, "second") : format.format(-Math.floor(seconds / length), unit);
}
