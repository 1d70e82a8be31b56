import { isHostName } from "../../objects/host-name.ts";
import { badValue } from "../../problems/annotation-problems.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { annotationField } from "../collect-annotations.ts";
import { served } from "../served.ts";
import { normalize } from "../value-parsers.ts";

const host = served("Hosts, paths and errors", "ingress");

/** Further names of the hosts that an Ingress declares, and where they stand. */
export interface Aliases {
  readonly hosts: readonly string[];
  readonly field: string;
  /** As written. */
  readonly value: string;
}

function splitNames(text: string): readonly string[] {
  const names = normalize(text)
    .split(",")
    .map((name) => name.trim().toLowerCase());
  return [...new Set(names.filter((name) => name !== ""))];
}

export const SERVER_ALIAS = host("medium", {
  name: "server-alias",
  parser: (text) => ({ ok: true, value: splitNames(text) }),
  default: "none",
  doc: "Further hosts of the Ingress, with commas between them; a wildcard covers one label.",
  onBadValue: "the other hosts of the list",
  badValue: badValue("This names no host.", 'Write host names such as "www.example.com, *.example.com".'),
});

export const HOST_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [SERVER_ALIAS];

function reportWrong(context: AnnotationContext, wrong: readonly string[]): void {
  const isRegex = wrong.some((name) => name.startsWith("~"));
  const message = `No host can have the name ${wrong.join(", ")}: it is passed over.`;
  const hint = isRegex
    ? "Regular expressions of hosts are not served: write the hosts, or a wildcard for one label."
    : 'Write host names such as "www.example.com, *.example.com".';
  context.report(SERVER_ALIAS, badValue(message, hint));
}

/** The aliases that an Ingress asks for; undefined when it asks for none that can be. */
export function readAliases(context: AnnotationContext): Aliases | undefined {
  const names = context.read(SERVER_ALIAS) ?? [];
  const hosts = names.filter(isHostName);
  if (hosts.length < names.length) {
    reportWrong(
      context,
      names.filter((name) => !isHostName(name)),
    );
  }
  const given = context.given.get(SERVER_ALIAS.name);
  if (given === undefined || hosts.length === 0) return undefined;
  return { hosts, field: annotationField(given.key), value: given.text };
}
