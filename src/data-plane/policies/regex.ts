/**
 * Whether a regular expression finds something in a text; undefined: it does not compile, or it takes more steps than
 * nginx.conf allows (`lua_regex_match_limit`).
 */
export function matches(pattern: string, text: string): boolean | undefined {
  const [from, , error] = ngx.re.find(text, pattern, "jo");
  if (error === undefined) return from !== undefined;
  ngx.log(ngx.WARN, "limpet: regular expression: ", error);
  return undefined;
}
