/** A location of a server, its directives line by line. */
export function block(head: string, directives: readonly string[]): string {
  return [`        ${head} {`, ...directives.map((line) => `            ${line}`), "        }"].join("\n");
}
