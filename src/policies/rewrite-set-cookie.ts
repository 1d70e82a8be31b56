import type { ResponsePolicy } from "../snapshot/route-policies.ts";
import { replaceDomain, replacePrefix } from "./replacement.ts";

const BLANK = 32;

/** Where the text from `start` on begins that is no blank. */
function pastBlanks(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === BLANK) at++;
  return at;
}

/** @param name lower case */
function rewriteValue(name: string, value: string, { cookieDomain, cookiePath }: ResponsePolicy): string | undefined {
  if (name === "domain") return replaceDomain(value, cookieDomain);
  return name === "path" ? replacePrefix(value, cookiePath) : undefined;
}

/** @param attribute with the semicolon in front of it */
function rewriteAttribute(attribute: string, policy: ResponsePolicy): string {
  const equals = attribute.indexOf("=");
  if (equals < 0) return attribute;
  const name = attribute.substring(pastBlanks(attribute, 1), equals).toLowerCase();
  const start = pastBlanks(attribute, equals + 1);
  const rewritten = rewriteValue(name, attribute.substring(start), policy);
  return rewritten === undefined ? attribute : attribute.substring(0, start) + rewritten;
}

/** A Set-Cookie of the application with another Domain or Path (RFC 6265 §4.1.1); its name and value stay. */
export function rewriteSetCookie(line: string, policy: ResponsePolicy): string {
  let start = line.indexOf(";");
  if (start < 0) return line;
  let rewritten = line.substring(0, start);
  while (start >= 0) {
    const end = line.indexOf(";", start + 1);
    rewritten = rewritten + rewriteAttribute(end < 0 ? line.substring(start) : line.substring(start, end), policy);
    start = end;
  }
  return rewritten;
}
