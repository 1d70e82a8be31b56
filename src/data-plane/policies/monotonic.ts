import { C, cdef } from "ffi";

cdef("extern volatile uintptr_t ngx_current_msec;");

/**
 * Milliseconds of NGINX's own clock for timers: the same in every worker, and no step of the wall clock moves it (what
 * NGINX's limit_req goes by).
 */
export function monotonic(): number {
  return tonumber(C.ngx_current_msec) as number;
}
