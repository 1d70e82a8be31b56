/** The TLS connection of the handshake or request under way, as OpenSSL has it. */
import { string as bytesAt, C, cdef, new as newArray } from "ffi";
import { get_request } from "resty.core.base";

cdef(`
  void *ngx_http_lua_ffi_get_req_ssl_pointer(void *r, char **err);
  int SSL_set_session_id_context(void *ssl, const char *context, unsigned int length);
  void *SSL_get_session(const void *ssl);
  const char *SSL_SESSION_get0_id_context(const void *session, unsigned int *length);
  long SSL_get_verify_result(const void *ssl);
`);

const length: Record<number, number> = newArray("unsigned int[1]");

/** OpenSSL's `SSL *`; to be asked for over TLS only. */
export function connectionTls(): object | undefined {
  return C.ngx_http_lua_ffi_get_req_ssl_pointer(get_request(), undefined);
}

/**
 * Says what the session of this handshake is good for: OpenSSL resumes none that was made under another context, be it by
 * a ticket or by its id, and has a whole handshake instead (SSL_CTX_set_session_id_context(3)). To be called before it looks.
 *
 * @param context 32 bytes at most
 */
export function setSessionContext(context: string): void {
  const ssl = connectionTls();
  if (ssl !== undefined) C.SSL_set_session_id_context(ssl, context, context.length);
}

/** What the session of this connection was made under, in whichever handshake that was; NGINX's own word where nobody said. */
export function sessionContext(): string {
  const ssl = connectionTls();
  const session = ssl === undefined ? undefined : C.SSL_get_session(ssl);
  if (session === undefined) return "";
  const context = C.SSL_SESSION_get0_id_context(session, length);
  return bytesAt(context, length[0]);
}

/** What OpenSSL thinks of the client's certificate: an X509_V_… of its x509_vfy.h, 0 for a good one. */
export function verifyResult(): number {
  const ssl = connectionTls();
  return ssl === undefined ? -1 : (tonumber(C.SSL_get_verify_result(ssl)) as number);
}
