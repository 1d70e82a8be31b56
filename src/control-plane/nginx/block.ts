/** Directives, one a line. @param indent blanks in front of each */
export function indented(indent: number, directives: readonly string[]): string {
  return directives.map((line) => `${" ".repeat(indent)}${line}`).join("\n");
}

/** A location of a server, its directives line by line. */
export function block(head: string, directives: readonly string[]): string {
  return [`        ${head} {`, indented(12, directives), "        }"].join("\n");
}
