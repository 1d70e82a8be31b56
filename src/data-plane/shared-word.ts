import { C, cast, cdef } from "ffi";

cdef("void *mmap(void *address, size_t length, int protection, int flags, int file, long offset);");

/** Of the kernel's mman.h. */
const READ_AND_WRITE = 3;
const SHARED_AND_ANONYMOUS = 0x21;

/**
 * A number that the workers share, to be asked for before they are forked: one of them writes it, and all read it at the cost of
 * a load. A value of a shared dict costs its lock, for which the workers of a large machine would stand in line at every
 * request.
 *
 * @param dict keeps the address under `name`: it lives as long as the master, whose memory is all workers', and NGINX's
 * configuration may be read anew meanwhile
 * @returns its only field is 0 at first
 * @throws when the kernel has no memory
 */
export function sharedWord(dict: SharedDict, name: string): { 0: number } {
  const known = dict.get(name);
  const memory = known ?? C.mmap(undefined, 8, READ_AND_WRITE, SHARED_AND_ANONYMOUS, -1, 0);
  if (tonumber(cast("intptr_t", memory)) === -1) {
    throw "limpet: the kernel has no memory to share";
  }
  if (known === undefined) dict.set(name, tonumber(cast("uintptr_t", memory)) as number);
  return cast("double *", memory);
}
