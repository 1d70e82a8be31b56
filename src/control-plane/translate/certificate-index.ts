import { CATCH_ALL, wildcardOf } from "../../routing/match-host.ts";
import type { ServerName } from "../../snapshot/certificate.ts";
import { type CertificateReading, readCertificate, type SecretCertificate } from "../certificates/read-certificate.ts";
import type { Secret } from "../objects/model.ts";
import type { Problem } from "../problems/problem.ts";
import { defaultCertificateMissing } from "../problems/tls-problems.ts";
import { chooseTls, type FindCertificate, type HostTls } from "./choose-tls.ts";
import type { NamedIndex } from "./named-index.ts";
import type { IngressReading } from "./read-ingress.ts";
import { Uses } from "./uses.ts";

/** Hosts as users of Secrets. No Ingress is called so: its name holds no blank. */
const USER = "tls ";

const NOTHING: HostTls = { certificates: [], problems: [] };

/** Which hosts have TLS, what they show, and whose Secrets that are. Remembers which certificates a change touched. */
export class CertificateIndex {
  readonly #named: NamedIndex;
  readonly #default: string | undefined;
  /** Of hosts with TLS, and of the catch-all: there, the default. */
  readonly #hosts = new Map<string, HostTls>();
  readonly #readings = new WeakMap<Secret, CertificateReading>();
  /** Hosts use certificates, by their ids. */
  readonly #uses = new Uses();
  readonly #served = new Map<string, SecretCertificate>();
  readonly #touchedHosts = new Set<string>();
  readonly #touched = new Set<string>();

  /** @param defaultCertificate `namespace/name` of a Secret */
  constructor(named: NamedIndex, defaultCertificate: string | undefined) {
    this.#named = named;
    this.#default = defaultCertificate;
    if (defaultCertificate !== undefined) this.#touchedHosts.add(CATCH_ALL);
  }

  /** Takes note of users of a Secret that is different; gives those that are no hosts. */
  touch(users: Iterable<string>): readonly string[] {
    const others: string[] = [];
    for (const user of users) {
      if (user.startsWith(USER)) this.#touchedHosts.add(user.substring(USER.length));
      else others.push(user);
    }
    return others;
  }

  /** Hosts whose Secrets differ since the last call. */
  takeTouchedHosts(): readonly string[] {
    const touched = [...this.#touchedHosts];
    this.#touchedHosts.clear();
    return touched;
  }

  /**
   * Chooses what a host shows.
   *
   * @param readings those that declare it, in order of precedence
   * @returns whether it has TLS now and had none before, or the other way round
   */
  choose(host: string, readings: readonly IngressReading[]): boolean {
    const before = this.#hosts.get(host);
    const now = this.#named.lookUpFor(`${USER}${host}`, ({ secret }) => {
      const find: FindCertificate = (name) => this.#read(secret(name));
      return host === CATCH_ALL ? this.#chooseDefault(find) : chooseTls(host, readings, find);
    });
    this.use(host, now?.certificates ?? []);
    if (now === undefined) this.#hosts.delete(host);
    else this.#hosts.set(host, now);
    return (before === undefined) !== (now === undefined);
  }

  /** Says which certificates somebody shows from now on. @param user the host, or another name of it */
  use(user: string, certificates: readonly SecretCertificate[]): void {
    for (const one of certificates) this.#serve(one);
    const { ended } = this.#uses.use(user, new Set(certificates.map(({ id }) => id)));
    for (const id of ended) this.#serveNoMore(id);
  }

  /** Whether requests for a host over HTTP are sent to HTTPS: it has TLS, or a wildcard that covers it has. */
  hasTls(host: string): boolean {
    if (host === CATCH_ALL) return false;
    const wildcard = wildcardOf(host);
    return this.#hosts.has(host) || (wildcard !== undefined && this.#hosts.has(wildcard));
  }

  certificatesOf(host: string): readonly SecretCertificate[] {
    return this.#hosts.get(host)?.certificates ?? [];
  }

  /** What TLS clients of a host are shown; undefined: what is shown to those of no host in particular. */
  serverName(host: string): ServerName | undefined {
    const tls = this.#hosts.get(host);
    if (tls === undefined || (host === CATCH_ALL && tls.certificates.length === 0)) return undefined;
    return { certificates: tls.certificates.map(({ id }) => id) };
  }

  problems(host: string): readonly Problem[] {
    return (this.#hosts.get(host) ?? NOTHING).problems;
  }

  /** Ids of certificates that are shown, are shown no longer, or differ, since the last call. */
  takeTouched(): readonly string[] {
    const touched = [...this.#touched];
    this.#touched.clear();
    return touched;
  }

  /** A certificate that somebody shows. @param id `namespace/name` of its Secret */
  served(id: string): SecretCertificate | undefined {
    return this.#served.get(id);
  }

  /** Every certificate that somebody shows. */
  all(): Iterable<SecretCertificate> {
    return this.#served.values();
  }

  #serve(certificate: SecretCertificate): void {
    const { id } = certificate;
    if (this.#served.get(id) !== certificate) this.#touched.add(id);
    this.#served.set(id, certificate);
  }

  #serveNoMore(id: string): void {
    this.#served.delete(id);
    this.#touched.add(id);
  }

  #chooseDefault(find: FindCertificate): HostTls {
    if (this.#default === undefined) return NOTHING;
    const found = find(this.#default);
    if (found?.ok === true) return { certificates: [found.value], problems: [] };
    return { certificates: [], problems: [defaultCertificateMissing(this.#default, found?.why ?? "it is not there")] };
  }

  /** Reading asks OpenSSL and takes a millisecond: once for each version of a Secret. */
  #read(secret: Secret | undefined): CertificateReading | undefined {
    if (secret === undefined) return undefined;
    const known = this.#readings.get(secret);
    if (known !== undefined) return known;
    const reading = readCertificate(secret);
    this.#readings.set(secret, reading);
    return reading;
  }
}
