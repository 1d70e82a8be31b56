/**
 * The id of the Backend that a URL leads to.
 *
 * @param host as a URL has it: an IPv6 address in brackets
 */
export function urlBackendId(scheme: "http" | "https", host: string, port: number): string {
  return `${scheme}://${host}:${port}`;
}
