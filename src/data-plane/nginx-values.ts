/**
 * What NGINX holds of the request under way, for what every request runs through: by the functions of NGINX's Lua module that
 * lua-resty-core calls for `ngx.var` and `ngx.status`, less the tables and metatables between, each of which is a look at
 * memory that a request has not touched yet.
 */
import { string as bytesAt, C, new as newArray } from "ffi";
import { get_request } from "resty.core.base";
import type { Buffer } from "string.buffer";

/** Found once, not each time in tables of tables. */
export const { now } = ngx;
export const { get_method: requestMethod, start_time: startTime } = ngx.req;

const LONGEST_NAME = 64;
const LONGEST_ERROR = 256;
/** NGX_OK. */
const OK = 0;

const lowerCase: object = newArray("char[?]", LONGEST_NAME);
const value: Record<number, object> = newArray("char *[1]");
const valueLength: Record<number, number> = newArray("size_t[1]");
const message: object = newArray("char *[1]");
const error: object = newArray("unsigned char[?]", LONGEST_ERROR);
const errorLength: Record<number, number> = newArray("size_t[1]");

/**
 * A variable of NGINX's: what `ngx.var[name]` gives.
 *
 * @param name in lower case, 64 bytes at most
 * @returns undefined where it has no value
 */
export function readVariable(name: string): string | undefined {
  const result = C.ngx_http_lua_ffi_var_get(
    get_request(),
    name,
    name.length,
    lowerCase,
    0,
    value,
    valueLength,
    message,
  );
  return result === OK ? bytesAt(value[0] as object, valueLength[0]) : undefined;
}

/** Whether the client's own connection has TLS, whatever proxies in front say of theirs. */
export function isTls(): boolean {
  return readVariable("https") === "on";
}

/**
 * Gives a variable the bytes that a buffer holds: `ngx.var[name] = ...`, without making a string of them.
 *
 * @param name of one that nginx.conf lets be set, in lower case, 64 bytes at most; any other leaves things as they are
 */
export function writeVariable(name: string, buffer: Buffer): void {
  const [bytes, length] = buffer.ref();
  errorLength[0] = LONGEST_ERROR;
  C.ngx_http_lua_ffi_var_set(get_request(), name, name.length, lowerCase, bytes, length, error, errorLength);
}

/** Of the response; 0 while there is none. */
export function responseStatus(): number {
  return C.ngx_http_lua_ffi_get_resp_status(get_request());
}
