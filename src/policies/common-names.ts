const COMMA = 44;
const PLUS = 43;
const BACKSLASH = 92;

const COMMON_NAME = "CN=";

/**
 * The common names of a subject as NGINX's `$ssl_client_s_dn` has it (RFC 4514), each with its `CN=`. What another attribute
 * holds is none, even where it looks like one.
 */
export function commonNames(subject: string): readonly string[] {
  const names: string[] = [];
  let from = 0;
  let i = 0;
  while (i <= subject.length) {
    const code = i === subject.length ? COMMA : subject.charCodeAt(i);
    if (code === COMMA || code === PLUS) {
      const attribute = subject.substring(from, i);
      if (attribute.startsWith(COMMON_NAME)) names.push(attribute);
      from = i + 1;
    }
    i = i + (code === BACKSLASH ? 2 : 1);
  }
  return names;
}
