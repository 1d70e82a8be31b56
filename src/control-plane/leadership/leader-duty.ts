/** Something that one replica does, the one that leads. */
export interface LeaderDuty {
  /** This replica leads from now on. */
  readonly begin: () => void;
  /** It does no longer: resolves once nothing is under way any more. Never rejects. */
  readonly end: () => Promise<void>;
}
