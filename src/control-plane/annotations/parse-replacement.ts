import type { Replacement } from "../../snapshot/route-policies.ts";
import type { Parser } from "./annotation.ts";
import { normalize } from "./value-parsers.ts";

/** What ingress-nginx lets stand in such a value; a text that begins with `~` would be a regular expression of NGINX's. */
const TEXT = /^(?!~)[-._~a-zA-Z0-9/:,?&=]+$/;

/** `off`, or two texts with a blank between them: what is replaced, and what stands there instead. */
export const parseReplacement: Parser<Replacement | "off"> = (text) => {
  const words = normalize(text).split(/\s+/);
  if (words.length === 1 && words[0] === "off") return { ok: true, value: "off" };
  const [from, to] = words;
  if (from === undefined || to === undefined || words.length !== 2 || !TEXT.test(from) || !TEXT.test(to)) {
    return { ok: false };
  }
  return { ok: true, value: { from, to } };
};

/** One text of such a pair. */
export const parseReplaced: Parser<string> = (text) => {
  const word = normalize(text);
  return TEXT.test(word) ? { ok: true, value: word } : { ok: false };
};
