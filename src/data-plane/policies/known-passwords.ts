import { newRecent, remember, revive } from "../recent.ts";

/** Bytes, roughly: of one entry, and of all that a worker remembers. */
const ENTRY_WEIGHT = 100;
const MOST_WEIGHT = 4 * 1048576;

const known = newRecent<true>(MOST_WEIGHT, () => ENTRY_WEIGHT);

/** This worker's alone: what it remembers says nothing about a password to whoever reads its memory without it. */
let secret = "";

/** Runs once in each worker. @param random bytes that nobody can guess */
export function beginKnowingPasswords(random: string): void {
  secret = random;
}

/** What a password that goes with a hash is remembered by: another hash, and it is not known any more. */
export function passwordKey(password: string, hash: string): string {
  return ngx.hmac_sha1(secret, `${hash}\n${password}`);
}

/** Whether a password was found good before. */
export function isKnown(key: string): boolean {
  return (known.young[key] ?? revive(known, key)) === true;
}

export function know(key: string): void {
  remember(known, key, true);
}
