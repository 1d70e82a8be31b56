/** The TLS connection of the handshake or request under way, as OpenSSL has it. */
import { string as bytesAt, C, cdef, new as newArray } from "ffi";
import { get_request } from "resty.core.base";

cdef(`
  void *ngx_http_lua_ffi_get_req_ssl_pointer(void *r, char **err);
  int SSL_set_session_id_context(void *ssl, const char *context, unsigned int length);
  void *SSL_get_session(const void *ssl);
  const char *SSL_SESSION_get0_id_context(const void *session, unsigned int *length);
  long SSL_get_verify_result(const void *ssl);
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

const length: Record<number, number> = newArray("unsigned int[1]");

/** OpenSSL's `SSL *`; to be asked for over TLS only. */
export function currentConnection(): object | undefined {
  return C.ngx_http_lua_ffi_get_req_ssl_pointer(get_request(), undefined);
}

/**
 * Says what the session of this handshake is good for: OpenSSL resumes none that was made under another context, be it by
 * a ticket or by its id, and has a whole handshake instead (SSL_CTX_set_session_id_context(3)). To be called before it looks.
 *
 * @param context 32 bytes at most
 */
export function setSessionContext(context: string): void {
  const ssl = currentConnection();
  if (ssl !== undefined) C.SSL_set_session_id_context(ssl, context, context.length);
}

/** What the session of this connection was made under, in whichever handshake that was; NGINX's own word where nobody said. */
export function sessionContext(): string {
  const ssl = currentConnection();
  const session = ssl === undefined ? undefined : C.SSL_get_session(ssl);
  if (session === undefined) return "";
  const context = C.SSL_SESSION_get0_id_context(session, length);
  return bytesAt(context, length[0]);
}

/** What OpenSSL thinks of the client's certificate: an X509_V_… of its x509_vfy.h, 0 for a good one. */
export function verifyResult(): number {
  const ssl = currentConnection();
  return ssl === undefined ? -1 : (tonumber(C.SSL_get_verify_result(ssl)) as number);
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
