/**
 * Authorities that took some certificates back, for OpenSSL. lua-resty-core's `verify_client` makes a store of certificates
 * alone; where there are lists this one takes its place.
 */
import { C, cdef, gc } from "ffi";
import { currentConnection } from "./connection.ts";

cdef(`
  long SSL_ctrl(void *ssl, int command, long number, void *thing);
  int OPENSSL_sk_num(const void *stack);
  void *OPENSSL_sk_value(const void *stack, int position);
  void *X509_STORE_new(void);
  void X509_STORE_free(void *store);
  int X509_STORE_add_cert(void *store, void *certificate);
  int X509_STORE_add_crl(void *store, void *revocations);
  int X509_STORE_set_flags(void *store, unsigned long flags);
  void *BIO_new_mem_buf(const char *bytes, int length);
  int BIO_free(void *bio);
  void *PEM_read_bio_X509_CRL(void *bio, void **into, void *ask, void *for_ask);
  void X509_CRL_free(void *revocations);
`);

/** X509_V_FLAG_CRL_CHECK and X509_V_FLAG_CRL_CHECK_ALL of OpenSSL's x509_vfy.h: as NGINX's ssl_crl has it, for the whole chain. */
const CHECK_ALL = 0x4 + 0x8;

/** SSL_CTRL_SET_VERIFY_CERT_STORE of its ssl.h; with a 1 the connection holds the store itself, too. */
const SET_VERIFY_STORE = 106;
const HELD = 1;

function addRevocations(store: object, pem: string): boolean {
  const bio = C.BIO_new_mem_buf(pem, pem.length);
  if (bio === undefined) return false;
  const revocations = C.PEM_read_bio_X509_CRL(bio, undefined, undefined, undefined);
  C.BIO_free(bio);
  if (revocations === undefined) return false;
  const added = C.X509_STORE_add_crl(store, revocations);
  C.X509_CRL_free(revocations);
  return added === 1;
}

/**
 * @param certificates from `parse_pem_cert`
 * @param lists each PEM
 * @returns undefined when one of the lists cannot be read
 */
export function revokingStore(certificates: object, lists: readonly string[]): object | undefined {
  const made = C.X509_STORE_new();
  if (made === undefined) return undefined;
  const store = gc(made, C.X509_STORE_free);
  for (let i = 0; i < C.OPENSSL_sk_num(certificates); i++) {
    if (C.X509_STORE_add_cert(store, C.OPENSSL_sk_value(certificates, i)) !== 1) return undefined;
  }
  for (let i = 0; i < lists.length; i++) if (!addRevocations(store, lists[i] as string)) return undefined;
  return C.X509_STORE_set_flags(store, CHECK_ALL) === 1 ? store : undefined;
}

/** Has the certificate of this handshake's client verified by a store. @throws when that fails: the handshake ends */
export function verifyBy(store: object): void {
  const ssl = currentConnection();
  if (ssl === undefined || tonumber(C.SSL_ctrl(ssl, SET_VERIFY_STORE, HELD, store)) !== 1) {
    throw "limpet: revoked certificates would not be seen";
  }
}
