export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Lays rows out as columns: the first to the left, the others, numbers, to the right. */
export function formatTable({ header, rows }: Table): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const lines = all.map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0, column === 0)).join("  "));
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** What stands in a column of numbers: a number, with a unit or its extremes behind it, or nothing. */
const NUMBER = /^(?:–|-?\d.*)?$/;

/** The same as a table of Markdown; columns of numbers stand to the right, except the first. */
export function formatMarkdown({ header, rows }: Table): string {
  const isNumeric = (column: number) => column > 0 && rows.every((row) => NUMBER.test(row[column] ?? ""));
  const rule = header.map((_, column) => (isNumeric(column) ? "---:" : "---"));
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [header, rule, ...rows].map(line).join("\n");
}

function pad(cell: string, width: number, left: boolean): string {
  return left ? cell.padEnd(width) : cell.padStart(width);
}

/** 36850.4 → `36,850`. */
export function formatCount(number: number): string {
  return Math.round(number).toLocaleString("en-US");
}

/** `1.30`; `–` where there is nothing to compare with. */
export function formatRatio(value: number, reference: number | undefined): string {
  return reference === undefined ? "–" : (value / reference).toFixed(3);
}
