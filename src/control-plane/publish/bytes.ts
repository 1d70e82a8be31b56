/**
 * Byte strings: one character a byte, as the codec and the data plane count them. Kubernetes objects arrive as text and
 * become byte strings where they enter the model; what people read is turned back into text.
 */

/** Text → its UTF-8 bytes, one character each. */
export function toByteString(text: string): string {
  // Nearly all of it is ASCII, where both forms are the same.
  return isAscii(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** UTF-8 bytes, one character each → text. Bytes that are no UTF-8 become U+FFFD. */
export function fromByteString(bytes: string): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 127) return false;
  }
  return true;
}
