import { clear_certs, server_name, set_cert, set_priv_key, verify_client } from "ngx.ssl";
import { CATCH_ALL, matchHost } from "../../routing/match-host.ts";
import { matchServerName } from "../../routing/match-server-name.ts";
import type { ServerName, TlsPolicy } from "../../snapshot/certificate.ts";
import { isCurrent } from "../current-entries.ts";
import { currentSettings } from "../current-settings.ts";
import { findHost } from "../loaded-hosts.ts";
import { refresh } from "../store.ts";
import { asHost, clientsOfHost } from "../tls/clients-of-host.ts";
import { offerTickets, preferOwnCiphers, sessionContext, useCiphers } from "../tls/connection.ts";
import { findAuthorities } from "../tls/loaded-authorities.ts";
import { findCertificate, findServerName, type LoadedCertificate } from "../tls/loaded-certificates.ts";
import { verifyBy } from "../tls/revoking-store.ts";
import { useTicketKeys } from "../tls/ticket-keys.ts";

function loadAll({ certificates }: ServerName): LoadedCertificate[] {
  const loaded: LoadedCertificate[] = [];
  if (certificates === undefined) return loaded;
  for (let i = 0; i < certificates.length; i++) {
    const certificate = findCertificate(certificates[i] as string);
    if (certificate !== undefined) loaded.push(certificate);
  }
  return loaded;
}

function setOne({ chain, key }: LoadedCertificate): string | undefined {
  const [chainSet, chainError] = set_cert(chain);
  if (chainSet === undefined) return chainError;
  const [keySet, keyError] = set_priv_key(key);
  return keySet === undefined ? keyError : undefined;
}

/** Shows these in place of what nginx.conf names: OpenSSL has one for each type of key and chooses what the client can check. */
function show(certificates: readonly LoadedCertificate[]): void {
  clear_certs();
  for (let i = 0; i < certificates.length; i++) {
    const failure = setOne(certificates[i] as LoadedCertificate);
    if (failure !== undefined) ngx.log(ngx.ERR, "limpet: a certificate cannot be used: ", failure);
  }
}

/** Whether an Ingress declares a host of that name; one for every other host does not. */
function isDeclared(name: string): boolean {
  const host = matchHost(name, findHost);
  if (host === undefined && !isCurrent()) {
    refresh();
    return isDeclared(name);
  }
  return host !== undefined && host.host !== CATCH_ALL;
}

/** ingress-nginx sends away whoever comes to its default server, which `ssl-reject-handshake` is about. */
function apply(policy: TlsPolicy | undefined, host: string): void {
  if (policy?.rejectsUnknown === true && !isDeclared(host)) ngx.exit(ngx.ERROR);
  offerTickets(policy?.withoutTickets !== true);
}

/** Those of the host itself, whosever certificate is shown. */
function chooseCiphers(host: string): void {
  const own = matchHost(host, findServerName);
  if (own?.ciphers !== undefined) useCiphers(own.ciphers);
  if (own?.preferOwn !== undefined) preferOwnCiphers(own.preferOwn);
}

function present(host: string): void {
  chooseCiphers(host);
  const shown = matchServerName(host, findServerName);
  const certificates = shown === undefined ? [] : loadAll(shown);
  // An entry may be missing because a push was adopted just now: then again from the start.
  if (certificates.length === 0 && !isCurrent()) {
    refresh();
    return present(host);
  }
  // Where there is none, the one of nginx.conf stands: the default that Limpet made for itself.
  if (certificates.length > 0) show(certificates);
}

/**
 * Asks the client for a certificate where the host wants one. The handshake goes on without: what becomes of it is for each
 * request to say. A push that was adopted in the middle of the handshake leaves a session under the context of before, which
 * nothing may be vouched for under.
 */
function askClient(host: string): void {
  const clients = clientsOfHost(host);
  if (clients === undefined || sessionContext() !== clients.context) return;
  const authorities = findAuthorities(clients.authorities);
  if (authorities === undefined) return;
  const [asked, failure] = verify_client(authorities.certificates, clients.depth);
  if (asked === undefined) ngx.log(ngx.ERR, "limpet: a client cannot be asked for its certificate: ", failure ?? "");
  else if (authorities.store !== undefined) verifyBy(authorities.store);
}

/** Chooses the certificate in a handshake by the name that the client asks for, and asks for the client's. */
export function certificate(): void {
  refresh();
  const [given] = server_name();
  const host = asHost(given);
  apply(currentSettings().tls, host);
  useTicketKeys();
  present(host);
  askClient(host);
}
