import type { UrlTarget } from "../translate/backend-ref.ts";
import type { Parser } from "./annotation.ts";
import { urlTarget } from "./url-target.ts";
import { normalize, parseUrl } from "./value-parsers.ts";

/** Where copies of requests go. */
export interface MirrorTarget {
  readonly target: UrlTarget;
  /** Of the URL, without a slash at its end where the request's own path follows; empty when there is none. */
  readonly path: string;
  /** Whether the request's own path and query follow. */
  readonly followed: boolean;
}

/** `$request_uri`, at the end alone: anything else would put what NGINX has decoded into a request line. */
const OWN_URI = /\$(?:request_uri|\{request_uri\})$/;

/**
 * An http or https URL with `$request_uri` at its end, or without; a bare host is asked for what the request asks for.
 *
 * NGINX would keep the slash of `https://host/$request_uri`, so that each copy began with two; here it is left out.
 */
export const parseMirrorTarget: Parser<MirrorTarget> = (text) => {
  const whole = normalize(text);
  const bare = whole.replace(OWN_URI, "");
  const parsed = parseUrl(bare);
  if (!parsed.ok || bare.includes("$")) return { ok: false };
  const url = new URL(parsed.value);
  const target = urlTarget(url);
  if (target === undefined || url.username !== "" || url.hash !== "") return { ok: false };
  const followed = bare !== whole;
  if (followed && url.search !== "") return { ok: false };
  const path = bare.replace(/^https?:\/\/[^/?]*/i, "");
  if (!followed)
    return { ok: true, value: { target, path: path === "" || path.startsWith("/") ? path : `/${path}`, followed } };
  return { ok: true, value: { target, path: path.replace(/\/$/, ""), followed } };
};
