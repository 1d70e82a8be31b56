import { crc32 } from "node:zlib";
import { decodePush, encodePush, type Push, pushLength } from "./push.ts";

/**
 * A record of the journal: 8 bytes that mark one, the body's length and the CRC-32 of length and body (u32, little
 * endian), then the body: the frames of a push, as on the control channel.
 */
const MAGIC = Buffer.from("limpetj1", "latin1");
export const RECORD_HEADER_LENGTH = MAGIC.length + 8;

/** Bytes written at a time, so that a large Snapshot never stands in memory twice. */
const PIECE_LENGTH = 1024 * 1024;

function header(length: number, checksum: number): Buffer {
  const bytes = Buffer.alloc(RECORD_HEADER_LENGTH);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(length, MAGIC.length);
  bytes.writeUInt32LE(checksum, MAGIC.length + 4);
  return bytes;
}

function lengthBytes(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(length);
  return bytes;
}

/** Bytes of the record of a push. */
export function recordLength(push: Push): number {
  return RECORD_HEADER_LENGTH + pushLength(push);
}

/** The body of a record in pieces of about a megabyte. */
export function* bodyPieces(push: Push): Generator<Buffer> {
  let piece: string[] = [];
  let length = 0;
  for (const frame of encodePush(push)) {
    piece.push(frame);
    length += frame.length;
    if (length < PIECE_LENGTH) continue;
    yield Buffer.from(piece.join(""), "latin1");
    piece = [];
    length = 0;
  }
  if (length > 0) yield Buffer.from(piece.join(""), "latin1");
}

/** Collects what a record's header says about its body. */
export class RecordSum {
  readonly #length: number;
  #checksum: number;

  /** @param length of the body, bytes */
  constructor(length: number) {
    this.#length = length;
    this.#checksum = crc32(lengthBytes(length));
  }

  add(piece: Buffer): void {
    this.#checksum = crc32(piece, this.#checksum);
  }

  header(): Buffer {
    return header(this.#length, this.#checksum);
  }
}

export function encodeRecord(push: Push): Buffer {
  const body = Buffer.concat([...bodyPieces(push)]);
  const sum = new RecordSum(body.length);
  sum.add(body);
  return Buffer.concat([sum.header(), body]);
}

/** `cut`: the bytes end before the record does. `damaged`: what stands there is no record. */
export type ReadRecord =
  | { readonly kind: "record"; readonly push: Push; readonly end: number }
  | { readonly kind: "cut" }
  | { readonly kind: "damaged" };

/** Reads the record at a byte offset. */
export function readRecord(bytes: Buffer, at: number): ReadRecord {
  const start = at + RECORD_HEADER_LENGTH;
  const magic = bytes.subarray(at, Math.min(at + MAGIC.length, bytes.length));
  if (!magic.equals(MAGIC.subarray(0, magic.length))) return { kind: "damaged" };
  if (start > bytes.length) return { kind: "cut" };
  const length = bytes.readUInt32LE(at + MAGIC.length);
  const end = start + length;
  if (end > bytes.length) return { kind: "cut" };
  const checksum = crc32(bytes.subarray(start, end), crc32(lengthBytes(length)));
  if (checksum !== bytes.readUInt32LE(at + MAGIC.length + 4)) return { kind: "damaged" };
  const decoded = decodePush(bytes.toString("latin1", start, end));
  return decoded.ok ? { kind: "record", push: decoded.value, end } : { kind: "damaged" };
}
