/**
 * Runs in a thread of NGINX's beside the worker, in a Lua state of its own: a password hash that is worth something takes
 * tens of milliseconds, which no other request may wait for. It knows nothing of the rest of the data plane.
 */
import { C, cdef, new as make, string } from "ffi";

cdef(`
typedef struct { void *configuration, *pool, *log; } limpet_cycle;
extern limpet_cycle *ngx_cycle;
void *ngx_create_pool(size_t size, void *log);
void ngx_destroy_pool(void *pool);
intptr_t ngx_crypt(void *pool, const char *password, const char *hash, char **result);
`);

const POOL_BYTES = 4096;

/**
 * By the function that NGINX's own auth_basic uses: apr1, SHA, SSHA, PLAIN, and whatever crypt(3) of the system knows, bcrypt
 * among them.
 *
 * @param hash as a line of htpasswd has it, behind the name
 */
export function verifyPassword(password: string, hash: string): boolean {
  const pool = C.ngx_create_pool(POOL_BYTES, C.ngx_cycle.log);
  const result: Record<number, object> = make("char *[1]");
  const code = tonumber(C.ngx_crypt(pool, password, hash, result));
  const good = code === 0 && string(result[0] as object) === hash;
  C.ngx_destroy_pool(pool);
  return good;
}
