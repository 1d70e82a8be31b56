/** CRC-32 as zlib computes it (IEEE 802.3, reflected). Unsigned on purpose: LuaJIT's bit operators are signed, and the ring must agree with Node. */

const steps: number[] = [];
for (let n = 0; n < 256; n++) {
  let c = n;
  for (let k = 0; k < 8; k++) c = (c & 1) === 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  steps.push(c);
}

function finish(state: number): number {
  const crc = state ^ -1;
  return crc < 0 ? crc + 4294967296 : crc;
}

/** The CRC-32 of a byte string before it is finished: what `crcOfMore` goes on from. */
export function crcState(bytes: string): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) {
    crc = (steps[(crc ^ bytes.charCodeAt(i)) & 255] as number) ^ (crc >>> 8);
  }
  return crc;
}

/** The CRC-32 of what `crcState` has seen and the four bytes of `word`, little end first; unsigned, 32 bits. */
export function crcOfMore(state: number, word: number): number {
  let crc = state;
  for (let shift = 0; shift < 32; shift += 8) {
    crc = (steps[(crc ^ (word >>> shift)) & 255] as number) ^ (crc >>> 8);
  }
  return finish(crc);
}

/** The CRC-32 of a byte string, as an unsigned 32-bit number. */
export function crc32(bytes: string): number {
  return finish(crcState(bytes));
}
