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
  /** Seconds. */
  export function set_timeouts(
    this: void,
    connect: number,
    send: number,
    read: number,
  ): LuaMultiReturn<[boolean | undefined, string | undefined]>;
  export function get_last_failure(this: void): LuaMultiReturn<[string | undefined, number | undefined]>;
}

declare module "ngx.re" {
  /** @param value bytes; only before the first regular expression is compiled */
  export function opt(this: void, option: "jit_stack_size", value: number): void;
}

/** Of the handshake under way. Each gives `undefined` and why when it fails. */
declare module "ngx.ssl" {
  /** Server name indication as the client sent it; undefined when it sent none. */
  export function server_name(this: void): LuaMultiReturn<[string | undefined, string | undefined]>;
  /** Takes away what nginx.conf names. */
  export function clear_certs(this: void): LuaMultiReturn<[true | undefined, string | undefined]>;
  /** PEM, the certificate first and its chain after it, to what OpenSSL has; freed when nobody refers to it any more. */
  export function parse_pem_cert(this: void, pem: string): LuaMultiReturn<[object | undefined, string | undefined]>;
  export function parse_pem_priv_key(this: void, pem: string): LuaMultiReturn<[object | undefined, string | undefined]>;
  export function set_cert(this: void, chain: object): LuaMultiReturn<[true | undefined, string | undefined]>;
  export function set_priv_key(this: void, key: object): LuaMultiReturn<[true | undefined, string | undefined]>;
  /** Asks the client for a certificate and goes on whatever it shows. @param authorities from `parse_pem_cert` */
  export function verify_client(
    this: void,
    authorities: object,
    depth: number,
  ): LuaMultiReturn<[true | undefined, string | undefined]>;
}

/** Of the handshake under way, when the client has said what it wants and nothing is decided. */
declare module "ngx.ssl.clienthello" {
  /** Server name indication; undefined when there is none. */
  export function get_client_hello_server_name(this: void): LuaMultiReturn<[string | undefined, string | undefined]>;
}

declare module "ffi" {
  export function cdef(this: void, declarations: string): void;
  /** @noSelf */
  export interface CLibrary {
    strspn(text: object, accept: string): object;
    ngx_http_lua_ffi_get_resp_status(request: object): number;
    ngx_http_lua_ffi_var_get(
      request: object,
      name: string,
      nameLength: number,
      lowerCase: object,
      capture: number,
      value: object,
      valueLength: object,
      error: object,
    ): number;
    ngx_http_lua_ffi_var_set(
      request: object,
      name: string,
      nameLength: number,
      lowerCase: object,
      value: object,
      valueLength: number,
      error: object,
      errorLength: object,
    ): number;
    readlink(path: string, target: object, length: number): number;
    close_range(first: number, last: number, flags: number): number;
    malloc(bytes: number): object;
    mmap(address: undefined, length: number, protection: number, flags: number, file: number, offset: number): object;
    ngx_http_lua_ffi_get_req_ssl_pointer(request: object, error: undefined): object | undefined;
    SSL_CTX_set_options(context: object, options: number): object;
    SSL_CTX_clear_options(context: object, options: number): object;
    SSL_set_options(connection: object, options: number): object;
    SSL_clear_options(connection: object, options: number): object;
    SSL_set_cipher_list(connection: object, ciphers: string): number;
    SSL_get_SSL_CTX(ssl: object): object;
    SSL_set_session_id_context(ssl: object, context: string, length: number): number;
    SSL_get_session(ssl: object): object | undefined;
    SSL_SESSION_get0_id_context(session: object, length: object): object;
    SSL_get_verify_result(ssl: object): number;
    SSL_ctrl(ssl: object, command: number, number: number, thing: object): number;
    OPENSSL_sk_num(stack: object): number;
    OPENSSL_sk_value(stack: object, position: number): object;
    X509_STORE_new(): object | undefined;
    readonly X509_STORE_free: (store: object) => void;
    X509_STORE_add_cert(store: object, certificate: object): number;
    X509_STORE_add_crl(store: object, revocations: object): number;
    X509_STORE_set_flags(store: object, flags: number): number;
    BIO_new_mem_buf(bytes: string, length: number): object | undefined;
    BIO_free(bio: object): number;
    PEM_read_bio_X509_CRL(bio: object, into: undefined, ask: undefined, forAsk: undefined): object | undefined;
    X509_CRL_free(revocations: object): void;
    SSL_CTX_ctrl(context: object, command: number, number: number, bytes: string): number;
    readonly free: (memory: object) => void;
    /** Milliseconds: NGINX's clock for timers. */
    readonly ngx_current_msec: object;
    readonly ngx_cycle: { readonly log: object };
    ngx_create_pool(bytes: number, log: object): object;
    ngx_destroy_pool(pool: object): void;
    ngx_crypt(pool: object, password: string, hash: string, result: object): object;
  }
  export const C: CLibrary;
  /** Has a function called on memory of C's when nobody refers to it any more. */
  export function gc(this: void, memory: object, free: (memory: object) => void): object;
  /** An array of C's, all zero; lives as long as somebody refers to it. */
  function newArray(this: void, type: string, length?: number): never;
  /** The bytes up to a zero, or so many, as a string. */
  export function string(this: void, pointer: object, length?: number): string;
  export { newArray as new };
  /** A pointer into a string's bytes; the string must be kept alive as long as it is used. */
  export function cast(this: void, type: string, value: unknown): never;
}

/** Bytes that grow in place: LuaJIT's own. */
declare module "string.buffer" {
  export interface Buffer {
    reset(): Buffer;
    put(...texts: string[]): Buffer;
    /** As `string.format`. */
    putf(format: string, ...values: (string | number)[]): Buffer;
    /** A pointer to the bytes, and how many there are; good until the buffer is written to. */
    ref(): LuaMultiReturn<[object, number]>;
    toString(): string;
  }
  function newBuffer(this: void): Buffer;

  export { newBuffer as new };
}
