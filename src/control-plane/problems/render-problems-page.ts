import type { Severity } from "./problem.ts";

/** Codes with what they mean. */
export type Catalogue = Readonly<Record<string, { readonly severity: Severity; readonly meaning: string }>>;

const INTRODUCTION = `# Problems

A Problem is a mistake in a file or an object, or a configuration that the data plane does not take: it never stops anything else
from being served. \`limpet check\` lists them, and so does
\`/api/v1/problems\`. An **error**: something that was asked for is not served. A **warning**: it is served, in another way than it
says.

This page is made from the catalogues in the code; \`npm run reference\` makes it anew.
`;

function row([code, { severity, meaning }]: readonly [string, Catalogue[string]]): string {
  return `| \`${code}\` | ${severity} | ${meaning} |`;
}

/** `docs/reference/problems.md`, in Markdown. */
export function renderProblemsPage(catalogue: Catalogue): string {
  const rows = Object.entries(catalogue).sort(([left], [right]) => (left < right ? -1 : 1));
  return [INTRODUCTION, "| code | severity | when |", "| --- | --- | --- |", ...rows.map(row), ""].join("\n");
}
