/** One thing that was looked at on the way to a decision: for people. */
export interface ExplainedStep {
  /**
   * `certificate`, `host`, `path`, `answer`, `rewrite`, `host-header`, `errors`, `limits`, `address`, `authentication`,
   * `authority`, `canary`, `backend`, `hash`, `mirror`, `affinity`, `connection`, `roll-out`, `endpoint`, `set-cookie`.
   */
  readonly step: string;
  readonly outcome: string;
  readonly detail: string;
}

/** The decision for one request: what `limpet explain` and `/api/v1/explain` give. */
export interface Explanation {
  /** Whether a Route matches. */
  readonly matched: boolean;
  /** `namespace/name`; null when none matches. */
  readonly ingress: string | null;
  /** `namespace/name:port`. */
  readonly service: string | null;
  readonly affinity: "stick" | "assign" | "reassign" | "refuse" | "none";
  readonly reason: string;
  /** `address:port`, `[address]:port` for IPv6; null when there is none or when chance picks it. */
  readonly endpoint: string | null;
  readonly canary: boolean;
  /** The value of the Set-Cookie header of ours; null when there is none or when it depends on chance. */
  readonly setCookie: string | null;
  readonly steps: readonly ExplainedStep[];
}

/** What is to be explained. Header names in any case; text, not byte strings. */
export interface ExplainedRequest {
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Where it comes from; absent: what depends on it is left open. */
  readonly address?: string;
}

export interface ExplainOptions {
  /** Makes random picks, and repeats them; without it they are left open. */
  readonly seed?: number;
  /** Seconds since 1970. */
  readonly now: number;
}
