import { isIP } from "node:net";
import type { RequestText } from "../../snapshot/route-policies.ts";
import type { UrlTarget } from "../translate/backend-ref.ts";
import type { Parser } from "./annotation.ts";
import { parseRequestText } from "./parse-request-text.ts";
import { DEFAULT_PORTS, urlTarget } from "./url-target.ts";
import { normalize } from "./value-parsers.ts";

/** What is asked, and where. */
export interface AuthorityUrl {
  readonly scheme: "http" | "https";
  /** As a URL has it; undefined: `$host`, the host that a request is for. */
  readonly host: string | undefined;
  readonly port: number;
  /** Path and query. */
  readonly target: RequestText;
}

/** Scheme, host, port, path and query. NGINX's variables may stand in the latter, and one of them for the host. */
const PIECES = /^(https?):\/\/(\$\{?(?:http_)?host\}?|\[[^\]]+\]|[^/?#:$@]+)(?::(\d{1,5}))?((?:[/?][\x21-\x7e]*)?)$/;

type Place = Omit<AuthorityUrl, "target">;

function ownPlace({ scheme, host, port }: UrlTarget): Place {
  return { scheme, host: isIP(host) === 6 ? `[${host}]` : host, port };
}

function placeOf(scheme: "http" | "https", host: string, port: string | undefined): Place | undefined {
  const suffix = port === undefined ? "" : `:${port}`;
  const written = `${scheme}://${host.startsWith("$") ? "host" : host}${suffix}`;
  const target = URL.canParse(written) ? urlTarget(new URL(written)) : undefined;
  if (target === undefined) return undefined;
  return host.startsWith("$")
    ? { scheme, host: undefined, port: Number(port ?? DEFAULT_PORTS[scheme]) }
    : ownPlace(target);
}

/** The URL of an authority, with variables in its path and query, and with `$host` for its host or a name. */
export const parseAuthorityUrl: Parser<AuthorityUrl> = (text) => {
  const [, scheme, host, port, rest] = PIECES.exec(normalize(text)) ?? [];
  if (scheme === undefined || host === undefined || rest === undefined || rest.includes("#")) return { ok: false };
  const place = placeOf(scheme as "http" | "https", host, port);
  const target = parseRequestText(rest.startsWith("/") ? rest : `/${rest}`);
  return place === undefined || !target.ok ? { ok: false } : { ok: true, value: { ...place, target: target.value } };
};
