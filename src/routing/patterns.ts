/**
 * The regular expressions of a runtime: PCRE in a worker, JavaScript's for `limpet explain`. All of them are on bytes, and
 * without regard to case where nothing else is said.
 *
 * @noSelf
 */
export interface Patterns {
  /** Whether a pattern is found in a text; undefined when the search took too long and was cut off. */
  readonly matches: (text: string, pattern: string) => boolean | undefined;
  /** The same where case counts. */
  readonly matchesByCase: (text: string, pattern: string) => boolean | undefined;
  /** What its groups match, by their numbers; undefined when it is not found. */
  readonly groups: (text: string, pattern: string) => Groups | undefined;
}

/** From 1 on; a group without a part in the match has no text. */
export type Groups = Readonly<Record<number, string | false | undefined>>;
