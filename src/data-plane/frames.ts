/** A frame is its length in bytes as decimal text, a line feed, and the bytes; length -1 stands for a deletion. */
export type Frame =
  | { readonly kind: "bytes"; readonly bytes: string }
  | { readonly kind: "deletion" }
  | { readonly kind: "broken" };

const BROKEN: Frame = { kind: "broken" };
const DELETION: Frame = { kind: "deletion" };
const MOST_BYTES = 1073741824;

export function readFrame(socket: RequestSocket): Frame {
  const [line] = socket.receive("*l");
  if (line === undefined) return BROKEN;
  const length = tonumber(line);
  if (length === -1) return DELETION;
  if (length === undefined || length < 0 || length > MOST_BYTES || Math.floor(length) !== length) return BROKEN;
  if (length === 0) return { kind: "bytes", bytes: "" };
  const [bytes] = socket.receive(length);
  return bytes === undefined ? BROKEN : { kind: "bytes", bytes };
}
