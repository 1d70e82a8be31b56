/**
 * Ids of requests that come without one: 32 hex digits, 16 of the worker and 16 that count. They are names, not secrets, and
 * cost a tenth of NGINX's own `$request_id`, which draws each from the kernel-seeded generator of OpenSSL.
 */
const WORD = 4294967296;

let worker = "";
let count = 0;

function word(): number {
  return Math.floor(Math.random() * WORD);
}

/** Once in each worker, after its generator was seeded. */
export function startRequestIds(): void {
  worker = string.format("%08x%08x", word(), word());
}

export function newRequestId(): string {
  count = count + 1;
  return string.format("%s%016x", worker, count);
}
