import { HOST } from "../subjects/subject.ts";

const CURL = ["User-Agent: curl/8.5.0", "Accept: */*"];

const BROWSER = [
  "User-Agent: Mozilla/5.0",
  "Accept: */*",
  "Accept-Encoding: gzip, deflate, br",
  "Accept-Language: en-US,en;q=0.9",
  "Connection: keep-alive",
];

const MANY_HEADERS = Array.from({ length: 24 }, (_, number) => `X-Application-${number}: value-${number}`);
const MANY_COOKIES = Array.from({ length: 19 }, (_, number) => `application_${number}=value-${number}`);

interface Shape {
  readonly headers: readonly string[];
  /** Cookies before the affinity cookie. */
  readonly cookies: readonly string[];
}

/** What a request carries: what curl sends, what a browser sends, or 30 headers and 20 cookies. */
export const REQUEST_SHAPES = {
  browser: { headers: BROWSER, cookies: [] },
  curl: { headers: CURL, cookies: [] },
  large: { headers: [...BROWSER, ...MANY_HEADERS], cookies: MANY_COOKIES },
} as const satisfies Record<string, Shape>;

export type RequestShape = keyof typeof REQUEST_SHAPES;

/**
 * The header lines of a request.
 * @param affinityCookie `name=value`; undefined: a first request
 */
export function requestHeaders(shape: RequestShape, affinityCookie: string | undefined): readonly string[] {
  const { headers, cookies }: Shape = REQUEST_SHAPES[shape];
  const all = affinityCookie === undefined ? cookies : [...cookies, affinityCookie];
  const cookieLine = all.length === 0 ? [] : [`Cookie: ${all.join("; ")}`];
  return [`Host: ${HOST}`, ...headers, ...cookieLine];
}

/** The bytes of a GET. */
export function requestText(path: string, headers: readonly string[]): string {
  return `${[`GET ${path} HTTP/1.1`, ...headers].join("\r\n")}\r\n\r\n`;
}
