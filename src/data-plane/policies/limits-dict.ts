/**
 * What is counted for clients, shared by the workers. When it is full the counts that nobody asked for longest give way.
 *
 *     rate <unit> <ingress> <address>     when the bucket will be empty: see rate-limit.ts
 *     held <ingress> <address> <worker>   requests in flight: see connection-limit.ts
 *     password <address>                  a bucket of wrong passwords: see guard-by-password.ts
 */
export const limitsDict = ngx.shared["limpet_limits"] as SharedDict;
