/** A frame is its length in bytes as decimal text, a line feed, and the bytes; length -1 stands for a deletion. */
export type Frame =
  | { readonly kind: "bytes"; readonly bytes: string }
  | { readonly kind: "deletion" }
  | { readonly kind: "broken" };

const BROKEN: Frame = { kind: "broken" };
const DELETION: Frame = { kind: "deletion" };
const MOST_BYTES = 1073741824;

/** Longer than any length in decimal. */
const MOST_DIGITS = 12;

/** Bytes asked for at a time: a call for each small frame would cost more than all else that is done for it. */
const PIECE = 65536;

/** A request's body as it comes in, and how far it has been read. */
export interface FrameReader {
  readonly socket: RequestSocket;
  buffer: string;
  at: number;
}

export function frameReader(socket: RequestSocket): FrameReader {
  return { socket, buffer: "", at: 0 };
}

function append(reader: FrameReader, piece: string | undefined): boolean {
  if (piece === undefined) return false;
  reader.buffer = reader.buffer.substring(reader.at) + piece;
  reader.at = 0;
  return true;
}

/** Sees to it that so many bytes can be read; false when the body ends before. */
function fill(reader: FrameReader, length: number): boolean {
  let missing = reader.at + length - reader.buffer.length;
  while (missing > 0) {
    const [piece] = missing > PIECE ? reader.socket.receive(missing) : reader.socket.receiveany(PIECE);
    if (!append(reader, piece)) return false;
    missing = reader.at + length - reader.buffer.length;
  }
  return true;
}

function readLine(reader: FrameReader): string | undefined {
  let end = reader.buffer.indexOf("\n", reader.at);
  while (end < 0) {
    if (reader.buffer.length - reader.at > MOST_DIGITS) return undefined;
    const [piece] = reader.socket.receiveany(PIECE);
    if (!append(reader, piece)) return undefined;
    end = reader.buffer.indexOf("\n", reader.at);
  }
  const line = reader.buffer.substring(reader.at, end);
  reader.at = end + 1;
  return line;
}

export function readFrame(reader: FrameReader): Frame {
  const line = readLine(reader);
  if (line === undefined) return BROKEN;
  const length = tonumber(line);
  if (length === -1) return DELETION;
  if (length === undefined || length < 0 || length > MOST_BYTES || Math.floor(length) !== length) return BROKEN;
  if (!fill(reader, length)) return BROKEN;
  const bytes = reader.buffer.substring(reader.at, reader.at + length);
  reader.at = reader.at + length;
  return { kind: "bytes", bytes };
}
