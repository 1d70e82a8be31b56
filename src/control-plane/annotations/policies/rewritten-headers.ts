import type { Replacement, ResponsePolicy } from "../../../snapshot/route-policies.ts";
import { badValue, noEffect } from "../../problems/annotation-problems.ts";
import type { ServedAnnotation } from "../annotation.ts";
import type { AnnotationContext } from "../annotation-context.ts";
import { parseReplaced, parseReplacement } from "../parse-replacement.ts";
import { served } from "../served.ts";

const header = served("Headers and cookies", "location");

const NO_PATTERN = "Regular expressions and variables are not taken.";

export const PROXY_COOKIE_DOMAIN = header("low", {
  name: "proxy-cookie-domain",
  parser: parseReplacement,
  default: "`off`",
  doc: "`FROM TO`: cookies of the application with the Domain FROM get the Domain TO. The affinity cookie stays.",
  onBadValue: "`off`",
  differs: "texts alone, no regular expressions.",
  badValue: badValue(
    "This is no pair of domains: cookies stay as they are.",
    `Write "old.example.com new.example.com". ${NO_PATTERN}`,
  ),
});

export const PROXY_COOKIE_PATH = header("medium", {
  name: "proxy-cookie-path",
  parser: parseReplacement,
  default: "`off`",
  doc: "`FROM TO`: the Path of the application's cookies begins with TO where it began with FROM. The affinity cookie stays.",
  onBadValue: "`off`",
  differs: "texts alone, no regular expressions.",
  badValue: badValue("This is no pair of paths: cookies stay as they are.", `Write "/old/ /new/". ${NO_PATTERN}`),
});

const URL_HINT = `Write the beginning of a URL, such as "http://inside.example.com/". ${NO_PATTERN}`;

export const PROXY_REDIRECT_FROM = header("low", {
  name: "proxy-redirect-from",
  parser: parseReplaced,
  default: "`off`",
  doc: "What Location and Refresh headers of the application must begin with to be rewritten.",
  onBadValue: "`off`",
  differs: "texts alone, no regular expressions; `default` has no effect.",
  badValue: badValue("This is no beginning of a URL: redirects stay as they are.", URL_HINT),
});

export const PROXY_REDIRECT_TO = header("low", {
  name: "proxy-redirect-to",
  parser: parseReplaced,
  default: "`off`",
  doc: "What they begin with instead.",
  onBadValue: "`off`",
  badValue: badValue("This is no beginning of a URL: redirects stay as they are.", URL_HINT),
});

export const REWRITTEN_HEADER_ANNOTATIONS: readonly ServedAnnotation<unknown>[] = [
  PROXY_COOKIE_DOMAIN,
  PROXY_COOKIE_PATH,
  PROXY_REDIRECT_FROM,
  PROXY_REDIRECT_TO,
];

const BOTH = noEffect(
  "Redirects are rewritten where both proxy-redirect-from and proxy-redirect-to say how.",
  "Write both, or leave both out.",
);

/** What NGINX takes by itself there: the name of its own upstream, which no application knows. */
const DEFAULT = noEffect("Applications never name NGINX's own upstream: there is nothing to rewrite.", "Leave it out.");

/** @param domains as NGINX, a dot in front does not count, nor the case of letters */
function bareDomains({ from, to }: Replacement): Replacement {
  return { from: from.replace(/^\./, "").toLowerCase(), to };
}

function readRedirect(context: AnnotationContext): Replacement | undefined {
  const from = context.read(PROXY_REDIRECT_FROM);
  const to = context.read(PROXY_REDIRECT_TO);
  if (from === "default") {
    context.report(PROXY_REDIRECT_FROM, DEFAULT);
    return undefined;
  }
  const [asksFrom, asksTo] = [from, to].map((text) => text !== undefined && text !== "off");
  if (asksFrom === true && asksTo === true) return { from: from as string, to: to as string };
  if (asksFrom === true && !context.has(PROXY_REDIRECT_TO)) context.report(PROXY_REDIRECT_FROM, BOTH);
  if (asksTo === true && !context.has(PROXY_REDIRECT_FROM)) context.report(PROXY_REDIRECT_TO, BOTH);
  return undefined;
}

/** How cookies and redirects of the application are rewritten (NGINX: `proxy_cookie_domain`, `…_path`, `proxy_redirect`). */
export function readRewrittenHeaders(context: AnnotationContext): ResponsePolicy {
  const domain = context.read(PROXY_COOKIE_DOMAIN) ?? "off";
  const path = context.read(PROXY_COOKIE_PATH) ?? "off";
  const redirect = readRedirect(context);
  return {
    ...(domain === "off" ? {} : { cookieDomain: bareDomains(domain) }),
    ...(path === "off" ? {} : { cookiePath: path }),
    ...(redirect === undefined ? {} : { redirect }),
  };
}
