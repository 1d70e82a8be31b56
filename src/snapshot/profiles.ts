/**
 * Where NGINX has no setting that code could change for one request, its configuration has a named location for each
 * choice: a Profile. They are a fixed set, the same in every configuration; a Route names the one that it needs. Each
 * costs 22 KB of memory that all workers share, so the axes are not multiplied out (docs/decisions/0021-profiles.md).
 */

export type Protocol = "http" | "https" | "grpc" | "grpcs";

/** Whether NGINX takes a response in before the client does: `memory`: without a temporary file. */
export type Buffering = "off" | "on" | "memory";

/** Responses of an Endpoint that another one is asked instead of, in NGINX's words and order. */
export const RETRY_CONDITIONS = [
  "invalid_header",
  "http_500",
  "http_502",
  "http_503",
  "http_504",
  "non_idempotent",
] as const;

export type RetryCondition = (typeof RETRY_CONDITIONS)[number];

export interface Profile {
  /** What the Endpoints speak. */
  readonly protocol: Protocol;
  readonly buffering: Buffering;
  /** Whether NGINX takes a request in whole before an Endpoint gets any of it. */
  readonly requestBuffering: boolean;
  /** Kilobytes: of a response's headers, and of each buffer. */
  readonly bufferSize: BufferSize;
  /** Besides a failed connection and a timeout, which the code that picks Peers tells apart. */
  readonly retryOn: readonly RetryCondition[];
  /** Bytes that a body of unknown length may have where it is passed on as it comes; 0: any. */
  readonly streamLimit: number;
}

/** `@http`, `@https-buffered-32k`: the name of a named location. */
export type ProfileName = `@${string}`;

/** Kilobytes. */
export type BufferSize = 4 | 32 | 256;
export const BUFFER_SIZES: readonly BufferSize[] = [4, 32, 256];
const LARGE_BUFFER_SIZES: readonly BufferSize[] = [32, 256];

export const MEGABYTE = 1048576;

/** Bytes; 0 is no limit. */
export const STREAM_LIMITS: readonly number[] = [MEGABYTE, 16 * MEGABYTE, 256 * MEGABYTE, 4096 * MEGABYTE, 0];

/** What the plain location does. Its named twin differs in one thing: response headers pass through our code. */
export const PLAIN_PROFILE: Profile = {
  protocol: "http",
  buffering: "off",
  requestBuffering: true,
  bufferSize: 4,
  retryOn: [],
  streamLimit: 0,
};

/** The letters that stand for a set of conditions in a name: `i034n`. */
function retryLetters(conditions: readonly RetryCondition[]): string {
  return conditions.map((it) => (it.startsWith("http_") ? it.substring(7) : it.substring(0, 1))).join("");
}

function limitSuffix({ protocol, requestBuffering, streamLimit }: Profile): string {
  if (requestBuffering && !isGrpc(protocol)) return "";
  const limit = streamLimit === 0 ? "" : `-${streamLimit / MEGABYTE}m`;
  return isGrpc(protocol) ? limit : `-streamed${limit}`;
}

export function isGrpc(protocol: Protocol): boolean {
  return protocol === "grpc" || protocol === "grpcs";
}

export function profileName(profile: Profile): ProfileName {
  const { protocol, buffering, bufferSize, retryOn } = profile;
  const buffered = { off: "", on: "-buffered", memory: "-in-memory" }[buffering];
  const size = bufferSize === PLAIN_PROFILE.bufferSize ? "" : `-${bufferSize}k`;
  const retries = retryOn.length === 0 ? "" : `-again-${retryLetters(retryOn)}`;
  return `@${protocol}${buffered}${size}${retries}${limitSuffix(profile)}`;
}

/** The sets of conditions that there are: what people write, and every single one; of two that do as much the first is taken. */
const RETRY_SETS: readonly (readonly RetryCondition[])[] = [
  ["invalid_header"],
  ["http_503"],
  ["http_502"],
  ["http_504"],
  ["http_500"],
  ["http_502", "http_503"],
  ["http_502", "http_504"],
  ["http_503", "http_504"],
  ["http_502", "http_503", "http_504"],
  ["http_500", "http_502", "http_503", "http_504"],
  ["invalid_header", "http_502", "http_503", "http_504"],
  ["invalid_header", "http_500", "http_502", "http_503", "http_504"],
  ["non_idempotent"],
  ["http_503", "non_idempotent"],
  ["http_502", "http_503", "http_504", "non_idempotent"],
  ["http_500", "http_502", "http_503", "http_504", "non_idempotent"],
  ["invalid_header", "http_500", "http_502", "http_503", "http_504", "non_idempotent"],
];

type Axes = { readonly [Axis in keyof Profile]?: readonly Profile[Axis][] };

/** The product of some axes; the others are as in the plain Profile. */
function multiply(axes: Axes): readonly Profile[] {
  let product: readonly Profile[] = [PLAIN_PROFILE];
  for (const [axis, values] of Object.entries(axes)) {
    product = product.flatMap((profile) => values.map((value): Profile => ({ ...profile, [axis]: value })));
  }
  return product;
}

const WEB: readonly Protocol[] = ["http", "https"];

/** Every Profile that the configuration has. */
export const PROFILES: readonly Profile[] = [
  ...multiply({ protocol: WEB, buffering: ["off", "on", "memory"], bufferSize: BUFFER_SIZES }),
  ...multiply({ protocol: WEB, buffering: ["off", "on"], bufferSize: LARGE_BUFFER_SIZES, retryOn: RETRY_SETS }),
  ...multiply({
    protocol: WEB,
    buffering: ["off", "on"],
    requestBuffering: [false],
    bufferSize: LARGE_BUFFER_SIZES,
    streamLimit: STREAM_LIMITS,
  }),
  ...multiply({
    protocol: ["grpc", "grpcs"],
    requestBuffering: [false],
    bufferSize: LARGE_BUFFER_SIZES,
    streamLimit: STREAM_LIMITS,
  }),
];

/** The named location where an authority is asked about a request before it goes on in its Profile. */
export const ASKING_LOCATION = "@asking";

/** The named locations where a copy of a request is made before it goes on in its Profile: with its body, and without. */
export const MIRROR_LOCATIONS = { whole: "@mirrored", bodiless: "@mirrored-without-body" } as const;
