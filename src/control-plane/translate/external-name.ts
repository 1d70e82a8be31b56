import { isIP } from "node:net";
import type { ResolvedName } from "../names/resolved-name.ts";
import type { Service } from "../objects/model.ts";
import { isPort } from "../objects/schemas/ports.ts";
import type { Subject } from "../problems/make-problem.ts";
import type { Problem } from "../problems/problem.ts";
import {
  externalNameDisabled,
  externalNameIsAddress,
  externalNameIsLoopback,
  externalNameMissing,
  externalNameSpecialAddress,
  externalNameStale,
  externalNameUnresolved,
} from "../problems/translate-problems.ts";
import { addressOnly, type Candidate, findServicePort } from "./service-endpoints.ts";
import { isSpecialAddress } from "./special-addresses.ts";
import type { TranslateOptions } from "./translate-options.ts";

export type ExternalNameOptions = Pick<TranslateOptions, "externalNames" | "specialAddresses">;

/** Names that mean this machine everywhere (RFC 6761 section 6.3, and what hosts files list). */
const LOOPBACK_NAME = /^(?:.*\.)?localhost$|^localhost\.localdomain$|^ip6-(?:localhost|loopback)$/;

/** @param name lower case */
export function isLoopbackName(name: string): boolean {
  return LOOPBACK_NAME.test(name.replace(/\.$/, ""));
}

type Addresses = Pick<ResolvedName, "ipv4" | "ipv6">;

/**
 * The port that an Ingress means of an ExternalName Service: a port of the Service leads to its target port, and any other
 * number means itself (ingress-nginx 1.15.1). No container names ports here, so a target port by name is the port.
 */
export function externalPort(service: Service, written: string): number | undefined {
  const found = findServicePort(service, written);
  if (found !== undefined) return typeof found.targetPort === "number" ? found.targetPort : found.port;
  const number = /^\d{1,5}$/.test(written) ? Number(written) : 0;
  return isPort(number) ? number : undefined;
}

/** What is wrong with a Service's name itself, before anybody looks it up. */
export function externalNameProblem(
  subject: Subject,
  { externalName }: Service,
  options: ExternalNameOptions,
): Problem | undefined {
  const name = externalName.replace(/\.$/, "");
  if (!options.externalNames) return externalNameDisabled(subject, externalName);
  if (name === "") return externalNameMissing(subject);
  if (isIP(name) !== 0) return externalNameIsAddress(subject, externalName);
  return isLoopbackName(name) ? externalNameIsLoopback(subject, externalName) : undefined;
}

/** The addresses of one family: the Service's first one where the name has it, IPv4 when the Service says nothing. */
export function ofOneFamily({ ipv4, ipv6 }: Addresses, families: readonly string[]): readonly string[] {
  const [first, second] = families[0] === "IPv6" ? [ipv6, ipv4] : [ipv4, ipv6];
  return first.length > 0 ? first : second;
}

/** Without those that mean this machine or its link, where they are not to be used. */
export function withoutSpecial(
  { ipv4, ipv6 }: Addresses,
  { specialAddresses }: Pick<TranslateOptions, "specialAddresses">,
): Addresses {
  if (specialAddresses) return { ipv4, ipv6 };
  const ordinary = (address: string) => !isSpecialAddress(address);
  return { ipv4: ipv4.filter(ordinary), ipv6: ipv6.filter(ordinary) };
}

/** Every address and port that a looked-up name gives, and what is wrong with it. */
export function externalCandidates(
  subject: Subject,
  service: Service,
  port: number,
  resolved: ResolvedName,
  options: ExternalNameOptions,
): { readonly found: readonly Candidate[]; readonly problems: readonly Problem[] } {
  const { externalName, ipFamilies } = service;
  const kept = withoutSpecial(resolved, options);
  const special = [...resolved.ipv4, ...resolved.ipv6].filter(
    (address) => !kept.ipv4.includes(address) && !kept.ipv6.includes(address),
  );
  const problems = special.length === 0 ? [] : [externalNameSpecialAddress(subject, externalName, special)];
  const found = ofOneFamily(kept, ipFamilies).map((address) => addressOnly(address, port));
  const { failure } = resolved;
  if (failure === undefined) return { found, problems };
  const problem = found.length === 0 ? externalNameUnresolved : externalNameStale;
  return { found, problems: [...problems, problem(subject, externalName, failure)] };
}
