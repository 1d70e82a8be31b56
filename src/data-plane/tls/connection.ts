/** The TLS connection of the handshake under way, as OpenSSL has it. */
import { C, cdef } from "ffi";
import { get_request } from "resty.core.base";

cdef(`
  void *ngx_http_lua_ffi_get_req_ssl_pointer(void *r, char **err);
  void *SSL_get_SSL_CTX(const void *ssl);
  uint64_t SSL_CTX_set_options(void *context, uint64_t options);
  uint64_t SSL_CTX_clear_options(void *context, uint64_t options);
  uint64_t SSL_set_options(void *ssl, uint64_t options);
  uint64_t SSL_clear_options(void *ssl, uint64_t options);
  int SSL_set_cipher_list(void *ssl, const char *ciphers);
`);

/** Of OpenSSL's ssl.h. */
const OP_NO_TICKET = 0x4000;
const OP_CIPHER_SERVER_PREFERENCE = 0x400000;

/** Undefined only where there is no handshake. */
export function currentConnection(): object | undefined {
  return C.ngx_http_lua_ffi_get_req_ssl_pointer(get_request(), undefined);
}

/** What NGINX starts with. */
let offersTickets = true;

/**
 * Whether clients get tickets; sessions without one are kept by NGINX and found again by their ids. Connections take it from
 * the context when they begin: in this one, which has begun, it is too late for an id.
 */
export function offerTickets(offers: boolean): void {
  if (offers === offersTickets) return;
  const connection = currentConnection();
  if (connection === undefined) return;
  offersTickets = offers;
  const context = C.SSL_get_SSL_CTX(connection);
  if (offers) C.SSL_CTX_clear_options(context, OP_NO_TICKET);
  else {
    C.SSL_CTX_set_options(context, OP_NO_TICKET);
    C.SSL_set_options(connection, OP_NO_TICKET);
  }
}

/** @param ciphers of TLS 1.2, in OpenSSL's words; those of TLS 1.3 stay */
export function useCiphers(ciphers: string): void {
  const connection = currentConnection();
  if (connection === undefined || C.SSL_set_cipher_list(connection, ciphers) === 1) return;
  // The controller had OpenSSL try it: another one that has none of them.
  ngx.log(ngx.ERR, "limpet: none of these ciphers is known: ", ciphers);
}

/** @param own whether the first cipher of ours is taken that the client has, and not the client's first */
export function preferOwnCiphers(own: boolean): void {
  const connection = currentConnection();
  if (connection === undefined) return;
  if (own) C.SSL_set_options(connection, OP_CIPHER_SERVER_PREFERENCE);
  else C.SSL_clear_options(connection, OP_CIPHER_SERVER_PREFERENCE);
}
