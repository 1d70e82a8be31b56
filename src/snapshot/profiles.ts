/**
 * Where NGINX has no setting that code could change for one request, its configuration has a named location for each
 * choice: a Profile. They are a small fixed set, the same in every configuration; a Route names the one that it needs.
 */

export type Protocol = "http" | "https" | "grpc" | "grpcs";

export interface Profile {
  /** What the Endpoints speak. */
  readonly protocol: Protocol;
  /** Whether NGINX takes a response in before the client does. */
  readonly buffering: boolean;
  /** Whether NGINX takes a request in whole before an Endpoint gets any of it. */
  readonly requestBuffering: boolean;
}

/** `@http`, `@https-buffered-streamed`: the name of a named location. */
export type ProfileName = `@${string}`;

/** What the plain location does. Its named twin differs in one thing: response headers pass through our code. */
export const PLAIN_PROFILE: Profile = { protocol: "http", buffering: false, requestBuffering: true };

export function profileName({ protocol, buffering, requestBuffering }: Profile): ProfileName {
  const buffered = buffering ? "-buffered" : "";
  const streamed = requestBuffering ? "" : "-streamed";
  return `@${protocol}${buffered}${streamed}`;
}

/** Every Profile that the configuration has. */
export const PROFILES: readonly Profile[] = [true, false].flatMap((requestBuffering) =>
  [false, true].map((buffering): Profile => ({ protocol: "http", buffering, requestBuffering })),
);

/** The named location where an authority is asked about a request before it goes on in its Profile. */
export const ASKING_LOCATION = "@asking";

/** The named locations where a copy of a request is made before it goes on in its Profile: with its body, and without. */
export const MIRROR_LOCATIONS = { whole: "@mirrored", bodiless: "@mirrored-without-body" } as const;
