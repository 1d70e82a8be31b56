import type { Annotation } from "./annotation.ts";
import { markdownTable } from "./markdown-table.ts";

const INTRODUCTION = `# Annotations

Limpet reads the annotations of ingress-nginx 1.15.1, under two prefixes: \`limpet.dev/\` and \`nginx.ingress.kubernetes.io/\`
(\`--annotation-prefix\`). Where both say something and not the same, \`limpet.dev/\` holds, and a Problem says so.

How values are read: blanks around a text do not count; a boolean is one of \`1 t T TRUE true True 0 f F FALSE false False\`,
without blanks; an empty value counts as absent. A value that cannot be used is a Problem, and what the table says under
"bad value" happens.

The class of an Ingress is \`spec.ingressClassName\`, or the old annotation \`kubernetes.io/ingress.class\`.

This page is made from the table in \`src/control-plane/annotations/\`; \`npm run reference\` makes it anew.
`;

const SERVED = `## Served
`;

const REFUSED = `## Refused by design

No byte of an object reaches NGINX's configuration, so there are no snippets; and nothing is served that NGINX as distributions
ship it cannot do. Each is a Problem, unless its value asks for nothing (\`false\`). Those marked **guard** may have protected the Routes: an Ingress that has them is closed, and answers 503.
`;

const OBSOLETE = `## Left-overs

They have had no effect in ingress-nginx either, and are ignored with a Problem.
`;

function servedTable(annotations: readonly Annotation[]): string {
  const rows = annotations.flatMap((it) =>
    it.status === "served" ? [[`\`${it.name}\``, it.doc, it.default, it.onBadValue, it.popularity, it.since]] : [],
  );
  return markdownTable(["annotation", "what it does", "default", "bad value", "seen", "since"], rows);
}

function mark(annotation: Annotation): string {
  return "guards" in annotation && annotation.guards ? "**guard**" : "";
}

function otherTable(annotations: readonly Annotation[]): string {
  const rows = annotations.map((it) => [`\`${it.name}\``, it.doc, it.default, it.scope, it.popularity, mark(it)]);
  return markdownTable(["annotation", "in ingress-nginx", "default", "scope", "seen", ""], rows);
}

function refusedTable(annotations: readonly Annotation[]): string {
  const rows = annotations.flatMap((it) =>
    it.status === "refused-by-design" ? [[`\`${it.name}\``, it.doc, it.instead, it.popularity, mark(it)]] : [],
  );
  return markdownTable(["annotation", "in ingress-nginx", "instead", "seen", ""], rows);
}

/** A part of the page, one table for each group. */
function section(
  head: string,
  annotations: readonly Annotation[],
  render: (annotations: readonly Annotation[]) => string,
): string {
  const groups = [...new Set(annotations.map(({ group }) => group))];
  const parts = groups.map((group) => `### ${group}\n\n${render(annotations.filter((it) => it.group === group))}\n`);
  return [head, ...parts].join("\n");
}

/** `docs/reference/annotations.md`, in Markdown. */
export function renderAnnotationsPage(annotations: readonly Annotation[]): string {
  const having = (status: Annotation["status"]) => annotations.filter((it) => it.status === status);
  return [
    INTRODUCTION,
    section(SERVED, having("served"), servedTable),
    section(REFUSED, having("refused-by-design"), refusedTable),
    section(OBSOLETE, having("obsolete"), otherTable),
  ].join("\n");
}
