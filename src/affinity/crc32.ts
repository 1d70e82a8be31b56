/** CRC-32 as zlib computes it (IEEE 802.3, reflected). Unsigned on purpose: LuaJIT's bit operators are signed, and the ring must agree with Node. */

const steps: number[] = [];
for (let n = 0; n < 256; n++) {
  let c = n;
  for (let k = 0; k < 8; k++) c = (c & 1) === 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  steps.push(c);
}

/** The CRC-32 of a byte string, as an unsigned 32-bit number. */
export function crc32(bytes: string): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) {
    crc = (steps[(crc ^ bytes.charCodeAt(i)) & 255] as number) ^ (crc >>> 8);
  }
  crc = crc ^ -1;
  return crc < 0 ? crc + 4294967296 : crc;
}
