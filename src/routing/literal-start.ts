const BACKSLASH = 92;
const BAR = 124;
const OPEN_CLASS = 91;
const CLOSE_CLASS = 93;
const OPEN_GROUP = 40;
const CLOSE_GROUP = 41;

/** `.` `$` `^` `*` `+` `?` `{`; brackets, bars and backslashes are told apart by themselves. */
function isOperator(code: number): boolean {
  return code === 46 || code === 36 || code === 94 || code === 42 || code === 43 || code === 63 || code === 123;
}

/** `*` `?` `{`: what stands before them may be absent. */
function isOptional(code: number): boolean {
  return code === 42 || code === 63 || code === 123;
}

/** Whether a bar stands outside of all groups, so that one of several whole patterns has to match. */
export function hasAlternatives(pattern: string): boolean {
  let depth = 0;
  let inClass = false;
  let at = 0;
  while (at < pattern.length) {
    const code = pattern.charCodeAt(at);
    if (code === BACKSLASH) at = at + 1;
    else if (inClass) inClass = code !== CLOSE_CLASS;
    else if (code === OPEN_CLASS) inClass = true;
    else if (code === OPEN_GROUP) depth = depth + 1;
    else if (code === CLOSE_GROUP) depth = depth - 1;
    else if (code === BAR && depth === 0) return true;
    at = at + 1;
  }
  return false;
}

/** The characters at a pattern's start that stand for themselves, and that every match begins with. */
export function literalStart(pattern: string): string {
  if (hasAlternatives(pattern)) return "";
  let end = 0;
  while (end < pattern.length) {
    const code = pattern.charCodeAt(end);
    if (code === BACKSLASH || code === OPEN_CLASS || code === OPEN_GROUP || isOperator(code)) break;
    end = end + 1;
  }
  if (end < pattern.length && end > 0 && isOptional(pattern.charCodeAt(end))) end = end - 1;
  return pattern.substring(0, end);
}
