import type { AddressRanges, RequestText } from "./route-policies.ts";

/** A header that a message gets, whatever it has under that name. */
export interface HeaderText {
  readonly name: string;
  readonly value: RequestText;
}

/** What the value of a client's header is compared with. */
export interface ClientPattern {
  /** `text`: the whole value, in any case. Of a regular expression: whether case counts. */
  readonly kind: "text" | "any-case" | "by-case";
  /** The text in lower case, or the regular expression. */
  readonly pattern: string;
}

/** Who is served by no Route. */
export interface BlockPolicy {
  readonly addresses?: AddressRanges;
  /** Of the User-Agent header. */
  readonly agents?: readonly ClientPattern[];
  /** Of the Referer header. */
  readonly referers?: readonly ClientPattern[];
}

/** What the global settings have done to every request and response, absent where they ask for nothing of it. */
export interface GlobalPolicies {
  readonly blocked?: BlockPolicy;
  /** What Endpoints get; an empty value takes the header away. */
  readonly requestHeaders?: readonly HeaderText[];
  /** What clients get, from Endpoints and from Limpet itself. */
  readonly responseHeaders?: readonly HeaderText[];
  /** Names of headers of Endpoints that no client gets. */
  readonly hiddenHeaders?: readonly string[];
}
