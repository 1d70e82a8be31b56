import { readFile, writeFile } from "node:fs/promises";
import { machineText } from "./machine.ts";

const FILE = new URL("../../docs/performance.md", import.meta.url);

/**
 * Replaces what stands between `<!-- bench:NAME … -->` and the next `<!-- /bench -->`; all else stays as people wrote it.
 * @throws Error when the text has no such block, or more than one
 */
export function replaceBlock(text: string, name: string, body: string): string {
  const [first, ...others] = text.matchAll(new RegExp(`<!-- bench:${name}(?: [^>]*)?-->\\n`, "g"));
  if (first === undefined || others.length > 0) throw new Error(`there must be one block <!-- bench:${name} -->`);
  const start = first.index + first[0].length;
  const end = text.indexOf("<!-- /bench -->", start);
  const next = text.indexOf("<!-- bench:", start);
  if (end < 0 || (next >= 0 && next < end)) throw new Error(`the block <!-- bench:${name} --> has no end`);
  return `${text.slice(0, start)}\n${body}\n\n${text.slice(end)}`;
}

/** The command that this process is, without where it runs. */
function commandText(): string {
  const script = (process.argv[1] ?? "").replace(/^.*\/bench\//, "bench/");
  const flags = process.argv.slice(2).filter((flag) => flag !== "--write");
  return ["node", script, ...flags].join(" ");
}

/**
 * Writes a block of docs/performance.md anew, with what it was measured by and on below it.
 * @throws Error when the page has no such block
 */
export async function writeBlock(name: string, body: string): Promise<void> {
  const facts = `Measured by \`${commandText()}\` on ${await machineText()}.`;
  await writeFile(FILE, replaceBlock(await readFile(FILE, "utf8"), name, `${body}\n\n${facts}`));
}
