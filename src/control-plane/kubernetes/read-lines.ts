const NEWLINE = 0x0a;

/**
 * Bytes → lines of UTF-8, without their end and without empty ones.
 *
 * @throws Error when the bytes end in the middle of a line; whatever reading the bytes throws
 */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string, void, undefined> {
  let begun: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      const last = chunk.subarray(from, end);
      // Cut at bytes and decoded as a whole: a chunk may end within a character.
      const line = (begun.length === 0 ? last : Buffer.concat([...begun, last])).toString("utf8");
      begun = [];
      from = end + 1;
      if (line.trim() !== "") yield line;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
  }
  if (begun.length > 0) throw new Error("The stream ended in the middle of a line.");
}
