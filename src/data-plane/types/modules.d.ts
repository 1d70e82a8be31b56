declare module "resty.core.base" {
  /** The request being served, a pointer. */
  export function get_request(this: void): object;
}

declare module "ngx.balancer" {
  export function set_current_peer(
    this: void,
    address: string,
    port: number,
  ): LuaMultiReturn<[boolean | undefined, string | undefined]>;
  export function set_more_tries(this: void, count: number): LuaMultiReturn<[boolean | undefined, string | undefined]>;
  export function get_last_failure(this: void): LuaMultiReturn<[string | undefined, number | undefined]>;
}

declare module "ffi" {
  export function cdef(this: void, declarations: string): void;
  /** @noSelf */
  interface CLibrary {
    strspn(text: string, accept: string): object;
  }
  export const C: CLibrary;
  /** A pointer into a string's bytes; the string must be kept alive as long as it is used. */
  export function cast(this: void, type: string, value: unknown): never;
}
