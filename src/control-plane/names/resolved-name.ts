/** What is known of a name: a DNS name as an ExternalName Service writes it, with a dot at its end or without. */
export interface ResolvedName {
  /** Sorted, each once; those of the last look-up that gave any. */
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  /** Why the last look-up gave no address, as half a sentence; absent when it gave some. */
  readonly failure?: string;
}

/** A name that was looked up, for the first time or with another outcome than before. */
export interface NameChange {
  readonly type: "resolved";
  readonly name: string;
  readonly resolved: ResolvedName;
}
