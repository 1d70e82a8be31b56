/** NGINX writes what it knows of several attempts as a list: `a, b`, with ` : ` where it went elsewhere in between. */
export function itemAt(list: string, index: number): string {
  let rest = list;
  for (let i = 0; i < index; i++) {
    const comma = rest.indexOf(", ");
    if (comma < 0) return "";
    rest = rest.substring(comma + 2);
  }
  const end = rest.indexOf(", ");
  return end < 0 ? rest : rest.substring(0, end);
}
