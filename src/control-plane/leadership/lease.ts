import type { ApiClient } from "../kubernetes/api-client.ts";

/** What a Lease (coordination.k8s.io/v1) says about who leads. */
export interface LeaseRecord {
  /** Empty: nobody. */
  readonly holder: string;
  readonly durationSeconds: number;
  /** RFC 3339 with microseconds, on the holder's clock: for people, never to be compared with ours. */
  readonly acquireTime: string;
  readonly renewTime: string;
  readonly transitions: number;
}

/** A record as the API server has it. */
export interface StoredLease {
  readonly record: LeaseRecord;
  readonly resourceVersion: string;
}

/** Of one exchange. */
export interface Limits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface LeaseName {
  readonly namespace: string;
  readonly name: string;
}

interface RawLease {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

function readLease(raw: unknown): StoredLease {
  const { metadata, spec } = raw as RawLease;
  return {
    record: {
      holder: spec?.holderIdentity ?? "",
      durationSeconds: spec?.leaseDurationSeconds ?? 0,
      acquireTime: spec?.acquireTime ?? "",
      renewTime: spec?.renewTime ?? "",
      transitions: spec?.leaseTransitions ?? 0,
    },
    resourceVersion: metadata?.resourceVersion ?? "",
  };
}

function specOf(record: LeaseRecord): unknown {
  return {
    holderIdentity: record.holder,
    leaseDurationSeconds: record.durationSeconds,
    acquireTime: record.acquireTime,
    renewTime: record.renewTime,
    leaseTransitions: record.transitions,
  };
}

/** @param date milliseconds since 1970; gives it as Kubernetes' MicroTime */
export function microTime(date: number): string {
  return new Date(date).toISOString().replace("Z", "000Z");
}

/** One Lease on an API server. Every method throws as `ApiClient.request` does. */
export class Lease {
  readonly #client: ApiClient;
  readonly #name: LeaseName;
  readonly #collection: string;
  readonly #path: string;

  constructor(client: ApiClient, name: LeaseName) {
    this.#client = client;
    this.#name = name;
    this.#collection = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(name.namespace)}/leases`;
    this.#path = `${this.#collection}/${encodeURIComponent(name.name)}`;
  }

  async read(limits: Limits): Promise<StoredLease> {
    return readLease(await this.#client.request({ method: "GET", path: this.#path, ...limits }));
  }

  async create(record: LeaseRecord, limits: Limits): Promise<StoredLease> {
    const body = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: this.#name,
      spec: specOf(record),
    };
    return readLease(await this.#client.request({ method: "POST", path: this.#collection, body, ...limits }));
  }

  /** Writes over the record of one version, and of no other; labels and what else somebody put there stay. */
  async replace(resourceVersion: string, record: LeaseRecord, limits: Limits): Promise<StoredLease> {
    const body = { metadata: { resourceVersion }, spec: specOf(record) };
    const contentType = "application/merge-patch+json";
    return readLease(await this.#client.request({ method: "PATCH", path: this.#path, body, contentType, ...limits }));
  }
}
