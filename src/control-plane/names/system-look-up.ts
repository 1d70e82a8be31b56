import { Resolver } from "node:dns/promises";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { ABSENT, type Answer, type FamilyAnswer, failureOf, hasAddresses } from "./answer.ts";
import { parseHostTable } from "./host-table.ts";
import { candidateNames, parseSearchRules } from "./search-rules.ts";

export interface SystemLookUpOptions {
  /** As `Resolver.setServers` takes them; those of `/etc/resolv.conf` when absent. */
  readonly servers?: readonly string[];
  readonly resolvConf?: string;
  readonly hosts?: string;
  /** Of the first attempt, milliseconds. */
  readonly timeoutMs?: number;
  /** Of each question. */
  readonly attempts?: number;
}

/** Seconds after which `/etc/hosts` is read again. */
const HOSTS_TTL = 5;

/** When there is no such name, no address of this family, or a search domain makes a name that cannot exist. */
const NOTHING = ["ENOTFOUND", "ENODATA", "EBADNAME"];

async function familyAnswer(
  query: Promise<readonly { readonly address: string; readonly ttl: number }[]>,
): Promise<FamilyAnswer> {
  try {
    const records = await query;
    return { addresses: records.map(({ address }) => address), ttl: Math.min(...records.map(({ ttl }) => ttl)) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return NOTHING.includes(code) ? { addresses: [], ttl: 0 } : { code };
  }
}

/** A file that may not be there, or be away while it is replaced. */
function textOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}

function fromHosts(addresses: readonly string[]): Answer {
  const ofFamily = (family: 4 | 6) => ({
    addresses: addresses.filter((address) => isIP(address) === family),
    ttl: HOSTS_TTL,
  });
  return { ipv4: ofFamily(4), ipv6: ofFamily(6) };
}

/**
 * Looks names up as the C library of a pod does: first in `/etc/hosts`, then by DNS, with the search list and `ndots` of
 * `/etc/resolv.conf`. Both files are read anew each time, so that a change of them is followed.
 */
export class SystemLookUp {
  readonly #options: SystemLookUpOptions;
  #resolver: Resolver;
  /** The text that the resolver was made from. */
  #resolvConf: string | undefined;

  constructor(options: SystemLookUpOptions = {}) {
    this.#options = options;
    this.#resolver = this.#makeResolver();
  }

  async lookUp(name: string): Promise<Answer> {
    const { hosts = "/etc/hosts", resolvConf = "/etc/resolv.conf" } = this.#options;
    const [table, configuration] = await Promise.all([textOf(hosts), textOf(resolvConf)]);
    const listed = parseHostTable(table).get(name.replace(/\.$/, ""));
    if (listed !== undefined) return fromHosts(listed);
    this.#follow(configuration);
    return this.#askInTurn(candidateNames(name, parseSearchRules(configuration)));
  }

  /** Breaks off what is under way; its answers are failures. */
  stop(): void {
    this.#resolver.cancel();
  }

  #makeResolver(): Resolver {
    const { servers, timeoutMs = 2000, attempts = 2 } = this.#options;
    const resolver = new Resolver({ timeout: timeoutMs, tries: attempts });
    if (servers !== undefined) resolver.setServers(servers);
    return resolver;
  }

  /** A resolver keeps to the servers that it found when it was made. */
  #follow(configuration: string): void {
    if (this.#resolvConf !== undefined && this.#resolvConf !== configuration) this.#resolver = this.#makeResolver();
    this.#resolvConf = configuration;
  }

  /**
   * The first of the names that has an address. A server that fails for one of them may know the next; one that is
   * silent is not asked again (as glibc does).
   */
  async #askInTurn(names: readonly string[]): Promise<Answer> {
    let failed: Answer | undefined;
    for (const name of names) {
      const answer = await this.#ask(name);
      if (hasAddresses(answer)) return answer;
      const code = failureOf(answer);
      if (code !== undefined && code !== "ESERVFAIL") return answer;
      if (code !== undefined) failed ??= answer;
    }
    return failed ?? ABSENT;
  }

  async #ask(name: string): Promise<Answer> {
    const [ipv4, ipv6] = await Promise.all([
      familyAnswer(this.#resolver.resolve4(name, { ttl: true })),
      familyAnswer(this.#resolver.resolve6(name, { ttl: true })),
    ]);
    return { ipv4, ipv6 };
  }
}
