import { noEffect } from "../problems/annotation-problems.ts";
import type { AnnotationProblem } from "../problems/make-problem.ts";
import type { Problem } from "../problems/problem.ts";
import type { BuiltHost, Grant } from "./build-host.ts";
import type { IngressReading } from "./read-ingress.ts";

/** What aliases are judged by: who declares which host, and who asks for which other name. */
export interface Declarations {
  readonly readingsOf: (host: string) => readonly IngressReading[];
  readonly readingsOfAlias: (host: string) => readonly IngressReading[];
}

/** The host that an alias stands for, if any, and what is wrong with those who ask for it in vain. */
export interface AliasJudgement {
  readonly target: string | undefined;
  readonly problems: readonly Problem[];
}

const HINT = "Take it out of server-alias, or declare the host by rules of its own.";

function declared(alias: string): AnnotationProblem {
  return noEffect(`${alias} is declared by a rule: it is no alias.`, HINT);
}

function taken(alias: string, host: string): AnnotationProblem {
  return noEffect(`${alias} is an alias of ${host} already.`, HINT);
}

function notTheSupplier(host: string, supplier: IngressReading): AnnotationProblem {
  const message = `${supplier.subject.object} names the aliases of ${host}, and only one Ingress may: these are passed over.`;
  return noEffect(message, "Write all aliases of the host into that Ingress.");
}

function report({ subject, routing }: IngressReading, problem: AnnotationProblem): Problem[] {
  const { aliases } = routing;
  return aliases === undefined ? [] : [problem(subject, aliases.field, aliases.value)];
}

/** Of a host it is the first Ingress with aliases that names them (ingress-nginx 1.15.1). */
function supplierOf(host: string, declarations: Declarations): IngressReading | undefined {
  return declarations.readingsOf(host).find(({ routing }) => routing.aliases !== undefined);
}

/** Judges a host's name that Ingresses ask for as another one of theirs. A host that is declared is nobody's alias. */
export function judgeAlias(alias: string, declarations: Declarations): AliasJudgement {
  const askers = declarations.readingsOfAlias(alias);
  if (declarations.readingsOf(alias).length > 0) {
    return { target: undefined, problems: askers.flatMap((asker) => report(asker, declared(alias))) };
  }
  let target: string | undefined;
  const problems: Problem[] = [];
  for (const asker of askers) {
    for (const host of asker.claims.keys()) {
      const supplier = supplierOf(host, declarations);
      if (supplier !== undefined && supplier !== asker) problems.push(...report(asker, notTheSupplier(host, supplier)));
      else if (target === undefined) target = host;
      else problems.push(...report(asker, taken(alias, target)));
    }
  }
  return { target, problems };
}

/** The Routes of a host under another name of it. */
export function underAlias(alias: string, host: BuiltHost): BuiltHost {
  const grants = host.grants.map(({ claim, reading }): Grant => {
    return { claim: { ...claim, route: { ...claim.route, host: alias } }, reading };
  });
  return { ...host, host: alias, aliasOf: host.host, grants };
}
