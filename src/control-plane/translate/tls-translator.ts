import { wildcardOf } from "../../routing/match-host.ts";
import { authoritiesEntry, certificateEntry, serverNameEntry } from "../../snapshot/entries.ts";
import { type Expiring, expiryProblems, nextExpiry } from "../certificates/expiry.ts";
import type { Problem } from "../problems/problem.ts";
import { AuthoritiesIndex } from "./authorities-index.ts";
import type { BuiltHost } from "./build-host.ts";
import { CertificateIndex } from "./certificate-index.ts";
import { withCipherWishes } from "./cipher-wishes.ts";
import type { EntryTable } from "./entry-table.ts";
import { Multimap } from "./multimap.ts";
import type { NamedIndex } from "./named-index.ts";
import type { ProblemLists } from "./problem-lists.ts";
import type { IngressReading } from "./read-ingress.ts";
import type { TranslateOptions } from "./translate-options.ts";

/** What the translation of TLS shares with the rest. */
export interface TlsSurroundings {
  readonly named: NamedIndex;
  /** Those that declare a host, in order of precedence. */
  readonly readingsOf: (host: string) => readonly IngressReading[];
  readonly entries: EntryTable;
  readonly problems: ProblemLists;
}

/** What a handshake needs of the Snapshot: the certificates that hosts show, and who vouches for their clients'. */
export class TlsTranslator {
  readonly #isOff: boolean;
  readonly #around: TlsSurroundings;
  readonly #certificates: CertificateIndex;
  readonly #authorities = new AuthoritiesIndex();
  /** Hosts by the wildcard that would cover them. */
  readonly #covered = new Multimap<string, string>();
  /** When something else will be wrong with a certificate, milliseconds since 1970. */
  #nextExpiry = 0;

  constructor(options: TranslateOptions, around: TlsSurroundings) {
    this.#isOff = options.httpsPort === 0;
    this.#around = around;
    this.#certificates = new CertificateIndex(around.named, options.defaultCertificate);
  }

  /** Takes note of users of a Secret that is different; gives those that are no hosts. */
  touch(users: Iterable<string>): readonly string[] {
    return this.#certificates.touch(users);
  }

  /** Hosts whose Secrets differ since the last call. */
  takeTouchedHosts(): readonly string[] {
    return this.#certificates.takeTouchedHosts();
  }

  /** Finds the certificates of hosts; gives these, and the hosts whose TLS hangs on that of a wildcard among them. */
  choose(touched: readonly string[]): Set<string> {
    const hosts = new Set(touched);
    if (this.#isOff) return hosts;
    for (const host of touched) {
      const changed = this.#certificates.choose(host, this.#around.readingsOf(host));
      if (changed) for (const covered of this.#covered.get(host)) hosts.add(covered);
    }
    return hosts;
  }

  /**
   * Says what a host serves from now on: by that it shows certificates, and asks for those of its clients.
   *
   * @param built undefined: it is not served
   * @returns whether it has TLS
   */
  serve(host: string, built: BuiltHost | undefined): boolean {
    this.#noteCovered(host, built !== undefined);
    this.#authorities.use(host, built?.clients);
    const isShown = this.#show(host, built?.aliasOf);
    return isShown || this.#certificates.hasTls(host);
  }

  /**
   * Has a name that nobody declares show the certificates of a host that cover it, too.
   *
   * @param host undefined: none
   * @returns whether it shows any
   */
  showUnder(name: string, host: string | undefined): boolean {
    const certificates = host === undefined ? [] : this.#certificates.certificatesOf(host);
    const covering = certificates.filter((one) => one.covers(name));
    this.#certificates.use(name, covering);
    const shown = covering.length === 0 ? undefined : { certificates: covering.map(({ id }) => id) };
    const readings = host === undefined ? [] : this.#around.readingsOf(host);
    this.#around.entries.put(serverNameEntry(name), withCipherWishes(shown, readings));
    return shown !== undefined;
  }

  /** Puts the certificates and authorities that are used now, and takes those away that are not. */
  putEntries(): void {
    const { entries, problems } = this.#around;
    for (const id of this.#certificates.takeTouched()) {
      const served = this.#certificates.served(id);
      entries.put(certificateEntry(id), served?.certificate);
      if (served === undefined) problems.set(certificateEntry(id), []);
      this.#nextExpiry = 0;
    }
    for (const digest of this.#authorities.takeTouched()) {
      entries.put(authoritiesEntry(digest), this.#authorities.authorities(digest));
    }
  }

  /**
   * Takes note of the time: what is wrong with certificates depends on it.
   *
   * @param now milliseconds since 1970
   * @returns when something else will be wrong with one of them; infinity: never
   */
  noteTime(now: number): number {
    if (now < this.#nextExpiry) return this.#nextExpiry;
    const all = [...this.#certificates.all()];
    for (const one of all) this.#around.problems.set(certificateEntry(one.id), expiryProblems(one, now));
    this.#nextExpiry = nextExpiry(all, now);
    return this.#nextExpiry;
  }

  /** Every certificate that is served. */
  certificates(): Iterable<Expiring> {
    return this.#certificates.all();
  }

  /** What is wrong with the certificates that a host would show. */
  problems(host: string): readonly Problem[] {
    return this.#certificates.problems(host);
  }

  /** Says whether a host is there, to the wildcard that would cover it. */
  #noteCovered(host: string, isThere: boolean): void {
    const wildcard = wildcardOf(host);
    if (wildcard === undefined) return;
    if (isThere) this.#covered.add(wildcard, host);
    else this.#covered.delete(wildcard, host);
  }

  /** @returns whether an alias shows any; of a host that is declared, its own TLS says so */
  #show(host: string, aliasOf: string | undefined): boolean {
    if (aliasOf !== undefined) return this.showUnder(host, aliasOf);
    const met = withCipherWishes(this.#certificates.serverName(host), this.#around.readingsOf(host));
    this.#around.entries.put(serverNameEntry(host), met);
    return false;
  }
}
