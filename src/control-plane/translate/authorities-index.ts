import type { ClientAuthorities } from "../../snapshot/certificate.ts";
import type { ClientReading } from "../annotations/policies/client-certificates.ts";
import { authoritiesDigest } from "./choose-clients.ts";
import { Uses } from "./uses.ts";

/** Who vouches for clients, by its digest, and which hosts ask for it. Remembers what a change touched. */
export class AuthoritiesIndex {
  /** Hosts use authorities, by their digests. */
  readonly #uses = new Uses();
  readonly #authorities = new Map<string, ClientAuthorities>();
  readonly #touched = new Set<string>();

  /** Says what a host asks of its clients now. */
  use(host: string, clients: ClientReading | undefined): void {
    const authorities = clients === undefined || clients === "closed" ? undefined : clients.authorities;
    const digest = authorities && authoritiesDigest(authorities);
    const { began, ended } = this.#uses.useOne(host, digest);
    for (const one of began) this.#authorities.set(one, authorities as ClientAuthorities);
    for (const one of ended) this.#authorities.delete(one);
    for (const one of [...began, ...ended]) this.#touched.add(one);
  }

  /** Digests of what some host asks for, or none any more, since the last call. */
  takeTouched(): readonly string[] {
    const touched = [...this.#touched];
    this.#touched.clear();
    return touched;
  }

  /** Undefined when no host asks for them. */
  authorities(digest: string): ClientAuthorities | undefined {
    return this.#authorities.get(digest);
  }
}
