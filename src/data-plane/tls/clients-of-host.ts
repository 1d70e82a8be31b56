import { matchHost } from "../../routing/match-host.ts";
import type { ClientCertificatePolicy } from "../../snapshot/route-policies.ts";
import { isCurrent } from "../current-entries.ts";
import { findHost } from "../loaded-hosts.ts";
import { refresh } from "../store.ts";

/** The name that a client gives, as hosts are declared; empty when it gives none. */
export function asHost(given: string | undefined): string {
  if (given === undefined) return "";
  const name = given.toLowerCase();
  return name.endsWith(".") ? name.substring(0, name.length - 1) : name;
}

/**
 * What the host that serves a name asks of its clients' certificates; undefined: nothing. The name of a handshake leads to
 * the same host as that of a request.
 */
export function clientsOfHost(name: string): ClientCertificatePolicy | undefined {
  refresh();
  const host = matchHost(name, findHost);
  // An entry may be missing because a push was adopted just now: then again from the start.
  if (host === undefined && !isCurrent()) return clientsOfHost(name);
  const clients = host?.policies?.clients;
  return clients?.verify === "off" ? undefined : clients;
}
