/** Letters, digits and `-`: what one label of a host name is made of. */
function isLabel(text: string): boolean {
  if (text === "") return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isDigit = code >= 48 && code <= 57;
    const isLetter = code >= 97 && code <= 122;
    if (!isDigit && !isLetter && code !== 45) return false;
  }
  return true;
}

/** `https://*.example.com` stands for exactly one label in front of the rest. */
function matches(pattern: string, origin: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === origin;
  const tail = pattern.substring(star + 1);
  const end = origin.length - tail.length;
  if (end <= star || origin.substring(0, star) !== pattern.substring(0, star)) return false;
  return origin.substring(end) === tail && isLabel(origin.substring(star, end));
}

/** @param patterns lower case @param origin a request's Origin header, in any case */
export function isAllowedOrigin(patterns: readonly string[], origin: string): boolean {
  const wanted = origin.toLowerCase();
  for (let i = 0; i < patterns.length; i++) {
    if (matches(patterns[i] as string, wanted)) return true;
  }
  return false;
}
