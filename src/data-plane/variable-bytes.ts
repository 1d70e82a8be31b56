import { C, new as newArray } from "ffi";
import { get_request } from "resty.core.base";
import type { Buffer } from "string.buffer";

const LONGEST_NAME = 64;
const LONGEST_ERROR = 256;

const lowerCase: object = newArray("unsigned char[?]", LONGEST_NAME);
const error: object = newArray("unsigned char[?]", LONGEST_ERROR);
const errorLength: Record<number, number> = newArray("size_t[1]");

/**
 * Gives a variable of the request the bytes that a buffer holds. Like `ngx.var[name] = ...`, whose way of NGINX's module it
 * takes, but without making a string of them.
 *
 * @param name one that nginx.conf knows and lets be set, 64 bytes at most; any other leaves things as they are
 */
export function setVariable(name: string, buffer: Buffer): void {
  const [bytes, length] = buffer.ref();
  errorLength[0] = LONGEST_ERROR;
  C.ngx_http_lua_ffi_var_set(get_request(), name, name.length, lowerCase, bytes, length, error, errorLength);
}
