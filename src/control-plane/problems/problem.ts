/** `error`: something that was asked for is not served. `warning`: it is served, in another way than it says. */
export type Severity = "error" | "warning";

/** A user's mistake, as a value: it becomes an event, a line of `limpet check`, an entry of `/api/v1/problems`. */
export interface Problem {
  /** `area/what`, from the catalogue. */
  readonly code: string;
  readonly severity: Severity;
  /** `Ingress default/web`; empty when a file is all that is known. */
  readonly object: string;
  /** A path into the object: `metadata.annotations["limpet.dev/affinity"]`, `spec.rules[0].http.paths[1].path`. */
  readonly field: string;
  /** What stands there, shortened when long. */
  readonly value: string;
  /** One sentence: what is wrong and what happens now. */
  readonly message: string;
  /** One sentence: what to write instead. */
  readonly hint: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}
