import type { RequestInfo, Verb } from "./request-info.ts";
import type { ResourceName } from "./resources.ts";

/** One request, as it came and as far as it got. */
export interface LoggedRequest {
  /** Counts from 1. */
  readonly number: number;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** These are undefined for a path that is no resource's. */
  readonly verb: Verb | undefined;
  readonly resource: ResourceName | undefined;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  readonly userAgent: string;
  /** The client's port: requests of one connection share it. */
  readonly connection: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The body, parsed; undefined for none. */
  body: unknown;
  /** Undefined until a status line was sent, for ever when none ever was. */
  status: number | undefined;
  /** The answer is over: sent whole, cut off, or left by the client. */
  ended: boolean;
}

export interface RequestFilter {
  readonly method?: string;
  readonly verb?: Verb;
  readonly resource?: ResourceName;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  readonly status?: number;
  readonly ended?: boolean;
}

export interface ArrivedRequest {
  readonly method: string;
  readonly target: URL;
  readonly info: RequestInfo | undefined;
  readonly userAgent: string;
  readonly connection: number;
}

/** Every request that the emulator got, in order of arrival. */
export class RequestLog {
  readonly #entries: LoggedRequest[] = [];
  readonly #counts = new Map<string, number>();
  readonly #changed: () => void;
  #number = 0;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  get last(): LoggedRequest | undefined {
    return this.#entries.at(-1);
  }

  add({ method, target, info, userAgent, connection }: ArrivedRequest): LoggedRequest {
    this.#number += 1;
    const { verb, resource, namespace = "", name = "", subresource = "" } = info ?? {};
    const entry: LoggedRequest = {
      number: this.#number,
      method,
      path: target.pathname,
      query: target.searchParams,
      verb,
      resource: resource?.name,
      namespace,
      name,
      subresource,
      userAgent,
      connection,
      at: Date.now(),
      body: undefined,
      status: undefined,
      ended: false,
    };
    this.#entries.push(entry);
    this.#raise(`${verb} ${resource?.name}`);
    this.#changed();
    return entry;
  }

  answered(entry: LoggedRequest, status: number): void {
    entry.status = status;
    this.#changed();
  }

  ended(entry: LoggedRequest): void {
    entry.ended = true;
    this.#changed();
  }

  filter(filter: RequestFilter): LoggedRequest[] {
    const wanted = Object.entries(filter) as [keyof RequestFilter, unknown][];
    return this.#entries.filter((entry) => wanted.every(([field, value]) => entry[field] === value));
  }

  count(filter: RequestFilter): number {
    const { verb, resource, ...more } = filter;
    if (verb === undefined || resource === undefined || Object.keys(more).length > 0) return this.filter(filter).length;
    return this.#counts.get(`${verb} ${resource}`) ?? 0;
  }

  /** Requests of each verb and resource, as `{"list ingresses": 1}`: what a test or a bench compares or prints. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort());
  }

  clear(): void {
    this.#entries.length = 0;
    this.#counts.clear();
  }

  #raise(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}
