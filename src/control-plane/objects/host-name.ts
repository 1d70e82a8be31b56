/** Lower case: labels of letters, digits, `-` and `_`, and one `*` in front. The catch-all's own name is none. */
const HOST = /^(\*\.)?[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*$/;

/** Whether a host can be declared by this name. @param host in lower case */
export function isHostName(host: string): boolean {
  return host.length <= 253 && HOST.test(host);
}
