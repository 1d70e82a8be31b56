import type { BodyPolicy } from "../snapshot/route-policies.ts";

/**
 * - `none`: there is no body.
 * - `fits`: its length is told, and is no more than the Route takes.
 * - `too-large`: its length is told.
 * - `unknown`: it ends where it ends.
 * - `unlikely`: nothing tells, and the method has no use for one.
 */
export type BodyVerdict = "none" | "fits" | "too-large" | "unknown" | "unlikely";

/** Where neither annotation nor setting says more: 1m (ingress-nginx: proxy-body-size), and where that is checked. */
export const DEFAULT_BODY: BodyPolicy = { limit: 1048576, reading: "@read-1m-16k" };

/** What `$limpet_body` says of a request without a body, and of one that HTTP/2 has not told about. */
const NO_BODY = "none";
const UNTOLD = "h2";

/**
 * What a request's own words say about its body.
 *
 * @param told `none`, the length in bytes, empty where it is chunked, or `h2` for HTTP/2 without a length
 */
export function judgeBody(told: string, method: string, { limit }: BodyPolicy): BodyVerdict {
  if (told === NO_BODY) return "none";
  if (told === UNTOLD) return method === "GET" || method === "HEAD" ? "unlikely" : "unknown";
  if (told === "") return "unknown";
  return limit > 0 && Number(told) > limit ? "too-large" : "fits";
}
