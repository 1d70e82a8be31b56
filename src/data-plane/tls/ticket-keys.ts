/**
 * The keys of session tickets (RFC 5077, RFC 8446 §4.6.1): random, shared by the workers, in memory alone, and others after
 * a while, so that who learns them cannot read what was recorded before. NGINX reads keys from files once, at its start; so
 * they are handed to OpenSSL here. A ticket under keys that are gone costs its client a whole handshake, and no more.
 */
import { C, cdef } from "ffi";
import { state } from "../shared-state.ts";
import { currentConnection } from "./connection.ts";

const ENTRY = "ticket-keys";

/** Seconds that keys are in use. */
const KEPT = 6 * 3600;

/** Bytes that OpenSSL takes: 16 of a name, 32 for the HMAC, 32 for AES-256 (OpenSSL 1.1.1 and later). */
const LENGTH = 80;

/** SSL_CTRL_SET_TLSEXT_TICKET_KEYS of OpenSSL's ssl.h. */
const SET_TICKET_KEYS = 59;

cdef(`
  long SSL_CTX_ctrl(void *ctx, int command, long number, const char *bytes);
`);

/** What this worker's OpenSSL uses; empty: what it made itself when NGINX started. */
let used = "";

function makeKeys(): string | undefined {
  const [file] = io.open("/dev/urandom", "rb");
  if (file === undefined) return undefined;
  const bytes = file.read(LENGTH);
  file.close();
  if (bytes === undefined || bytes.length !== LENGTH) return undefined;
  // Of workers that find none at the same time one makes them.
  state.add(ENTRY, bytes, KEPT);
  return state.get(ENTRY) as string | undefined;
}

/** The context belongs to this worker's copy of the only server with TLS; OpenSSL keeps a copy of the bytes. */
function hand(keys: string): void {
  const ssl = currentConnection();
  if (ssl === undefined) return;
  C.SSL_CTX_ctrl(C.SSL_get_SSL_CTX(ssl), SET_TICKET_KEYS, LENGTH, keys);
  used = keys;
}

/** Sees to it that this worker uses the keys of now; to be called in a handshake. */
export function useTicketKeys(): void {
  const keys = (state.get(ENTRY) ?? makeKeys()) as string | undefined;
  if (keys !== undefined && keys !== used) hand(keys);
}
