/**
 * Ids of requests that come without one: 32 hex digits, 16 of the worker and 16 that count. They are names, not secrets, and
 * cost a tenth of NGINX's own `$request_id`, which draws each from the kernel-seeded generator of OpenSSL. Of no use to anybody
 * in Lua: as a string each would be garbage.
 */
import { new as newBuffer } from "string.buffer";
import { writeVariable } from "./nginx-values.ts";

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

const id = newBuffer();

/** Gives the request an id, for the case that its client gave none. */
export function giveRequestId(): void {
  count = count + 1;
  id.reset().putf("%s%016x", worker, count);
  writeVariable("limpet_new_request_id", id);
}
