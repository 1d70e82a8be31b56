/** Lays rows out as columns: the first to the left, the others, numbers, to the right. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const lines = all.map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0, column === 0)).join("  "));
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  return lines.map((line) => line.trimEnd()).join("\n");
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
