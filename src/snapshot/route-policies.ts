import type { ProfileName } from "./profiles.ts";
import type { ReadingName } from "./reading.ts";

/** A redirect of everything that a Route gets. */
export interface RedirectPolicy {
  /** 300 to 308. */
  readonly status: number;
  readonly location: string;
}

/** How long NGINX waits for an Endpoint; whole seconds, at least 1. */
export interface TimeoutPolicy {
  readonly connect: number;
  readonly send: number;
  readonly read: number;
}

/** When a failed attempt is made again elsewhere; which responses count as failed is the Profile's part. */
export interface RetryPolicy {
  /** In all; 0: one for each Endpoint. */
  readonly attempts: number;
  /** From the first attempt to the last; 0: no limit. */
  readonly seconds: number;
  /** After a connection that failed, or that ended without a response. */
  readonly onError: boolean;
  readonly onTimeout: boolean;
  /** Statuses of responses that the Profile takes for failures: only these are no timeouts and errors. */
  readonly onStatus: readonly number[];
}

/** What is taken of a request's body. */
export interface BodyPolicy {
  /** Bytes; 0: any. */
  readonly limit: number;
  /** Where a body of unknown length is read before anything of it is passed on; absent: it is not. */
  readonly reading?: ReadingName;
  /** Whether every body is read there, whatever it says of its length. */
  readonly readsAll?: boolean;
}

/** What NGINX shows an Endpoint that speaks TLS. */
export interface EndpointTlsPolicy {
  readonly protocol: "https" | "grpcs";
  /** Sent as the server's name (SNI); empty: the request's host; absent: none is sent. */
  readonly serverName?: string;
  /** PEM. */
  readonly certificate?: string;
  /** PEM, of the certificate. */
  readonly key?: string;
}

/**
 * What few Routes ask for, each subject in a field of its own that is absent where nothing is asked. A Route that asks
 * for none of it has no RoutePolicies at all, and never meets the code that reads them.
 */
export interface RoutePolicies {
  /** The named location that serves it; absent: the plain one. */
  readonly profile?: ProfileName;
  /** The same for requests that came by TLS, where it differs. */
  readonly tlsProfile?: ProfileName;
  readonly redirect?: RedirectPolicy;
  readonly timeouts?: TimeoutPolicy;
  readonly retries?: RetryPolicy;
  readonly body?: BodyPolicy;
  readonly endpointTls?: EndpointTlsPolicy;
}

/** The same for everything that a host serves, absent where no Route of it needs any. */
export type HostPolicies = Readonly<Record<string, never>>;
