import type { ClientAuthorities } from "../../snapshot/certificate.ts";
import type { ClientReading } from "../annotations/policies/client-certificates.ts";
import { authoritiesDigest } from "./choose-clients.ts";

/** Who vouches for clients, by its digest, and which hosts ask for it. Remembers what a change touched. */
export class AuthoritiesIndex {
  readonly #digestOf = new Map<string, string>();
  readonly #usersOf = new Map<string, Set<string>>();
  readonly #authorities = new Map<string, ClientAuthorities>();
  readonly #touched = new Set<string>();

  /** Says what a host asks of its clients now. */
  use(host: string, clients: ClientReading | undefined): void {
    const authorities = clients === undefined || clients === "closed" ? undefined : clients.authorities;
    const before = this.#digestOf.get(host);
    const now = authorities && authoritiesDigest(authorities);
    if (now === before) return;
    if (now !== undefined) this.#begin(host, now, authorities as ClientAuthorities);
    if (before !== undefined) this.#end(host, before);
    if (now === undefined) this.#digestOf.delete(host);
    else this.#digestOf.set(host, now);
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

  #begin(host: string, digest: string, authorities: ClientAuthorities): void {
    const users = this.#usersOf.get(digest);
    if (users !== undefined) {
      users.add(host);
      return;
    }
    this.#usersOf.set(digest, new Set([host]));
    this.#authorities.set(digest, authorities);
    this.#touched.add(digest);
  }

  #end(host: string, digest: string): void {
    const users = this.#usersOf.get(digest);
    users?.delete(host);
    if (users === undefined || users.size > 0) return;
    this.#usersOf.delete(digest);
    this.#authorities.delete(digest);
    this.#touched.add(digest);
  }
}
