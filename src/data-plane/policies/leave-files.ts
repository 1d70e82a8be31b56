/**
 * Runs in the passwords' thread, as verify-password.ts does. Threads share a table of files, and as long as two do, Linux counts the
 * users of a file at each system call: a worker that serves sticks spends 0.25 µs of each request on that.
 */
import { C, cdef, new as make, string } from "ffi";

cdef(`
ssize_t readlink(const char *path, char *target, size_t length);
int close_range(unsigned int first, unsigned int last, int flags);
`);

const LONGEST_TARGET = 64;

/** How NGINX is told that a thread has finished (`ngx_epoll_notify`), as /proc names it. */
const NOTICE = "anon_inode:[eventfd]";

/** Files of a worker that are looked through for it: it opens them when it starts, behind its sockets. */
const MOST_FILES = 4096;

/** Standard input, output and error output, where NGINX's log goes. */
const STANDARD_FILES = 3;

/** Linux 5.9: the thread gets a table of its own, without the files of the range. Unlike `unshare` containers may do it. */
const UNSHARE = 2;
const LAST_FILE = 4294967295;

const target: object = make("char[?]", LONGEST_TARGET);

function isNotice(file: number): boolean {
  const length = C.readlink(`/proc/self/fd/${file}`, target, LONGEST_TARGET);
  return length > 0 && string(target, length) === NOTICE;
}

/**
 * Gives the thread a table of files of its own, in which nothing is left but the standard ones and those that it tells NGINX by that it has
 * finished: no client's connection, no port. Where the system does not let it, all is as it was.
 *
 * @returns whether it has such a table
 */
export function leaveFiles(): boolean {
  let first = STANDARD_FILES;
  for (let file = STANDARD_FILES; file < MOST_FILES; file++) {
    if (isNotice(file)) {
      if (file > first && C.close_range(first, file - 1, UNSHARE) !== 0) return false;
      first = file + 1;
    }
  }
  return first > STANDARD_FILES && C.close_range(first, LAST_FILE, UNSHARE) === 0;
}
