import type { Setting } from "../settings/setting.ts";
import type { Annotation } from "./annotation.ts";
import { markdownTable } from "./markdown-table.ts";

const INTRODUCTION = `# ingress-nginx, annotation by annotation

What Limpet does with everything that an Ingress or the ConfigMap of ingress-nginx 1.15.1 can say. **served**: as there. **differs**: served,
in another way, which the table tells. **refused**: never, and why.

Every annotation is read under \`nginx.ingress.kubernetes.io/\` and \`limpet.dev/\`; [annotations.md](annotations.md) has defaults and values,
[differences.md](differences.md) what else is different.

This page is made from the tables in \`src/control-plane/annotations/\` and \`src/control-plane/settings/\`; \`npm run reference\` makes it
anew.
`;

function verdict(annotation: Annotation): string {
  if (annotation.status === "served") {
    return annotation.differs === undefined ? "served" : `**differs**: ${annotation.differs}`;
  }
  if (annotation.status === "refused-by-design") return `**refused**: ${annotation.instead}`;
  return "ignored, as there";
}

function annotationTable(annotations: readonly Annotation[]): string {
  const rows = annotations.map((it) => [`\`${it.name}\``, it.popularity, verdict(it)]);
  return markdownTable(["annotation", "seen", "Limpet"], rows);
}

function settingVerdict(setting: Setting): string {
  if (setting.status === "live") {
    return setting.differs === undefined ? "followed at once" : `followed at once; **differs**: ${setting.differs}`;
  }
  if (setting.status === "default") return `the default of the annotation \`${setting.annotation}\`, followed at once`;
  if (setting.status === "restart")
    return `a flag: \`--${setting.flag}\`; a Problem where the ConfigMap says another value`;
  return setting.status === "refused" ? `**refused**: ${setting.doc}` : `nothing to set: ${setting.doc}`;
}

function settingTable(settings: readonly Setting[]): string {
  const rows = settings
    .toSorted((left, right) => (left.key < right.key ? -1 : 1))
    .map((it) => [`\`${it.key}\``, settingVerdict(it)]);
  return markdownTable(["key", "Limpet"], rows);
}

function sum(annotations: readonly Annotation[]): string {
  const of = (status: Annotation["status"]) => annotations.filter((it) => it.status === status).length;
  const often = annotations.filter((it) => it.popularity !== "low");
  const served = often.filter((it) => it.status === "served").length;
  return `Of ${annotations.length} annotations ${of("served")} are served, ${of("refused-by-design")} are refused, and ${of("obsolete")} are
left-overs. Of the ${often.length} that are often or now and then seen, ${served} are served.
`;
}

/** `docs/reference/ingress-nginx.md`, in Markdown. */
export function renderConformancePage(annotations: readonly Annotation[], settings: readonly Setting[]): string {
  const groups = [...new Set(annotations.map(({ group }) => group))];
  const parts = groups.map(
    (group) => `## ${group}\n\n${annotationTable(annotations.filter((it) => it.group === group))}\n`,
  );
  const global = `## The ConfigMap\n\n\`--configmap NAMESPACE/NAME\` names it. A key that is not listed is a Problem.\n\n${settingTable(settings)}\n`;
  return [INTRODUCTION, sum(annotations), ...parts, global].join("\n");
}
