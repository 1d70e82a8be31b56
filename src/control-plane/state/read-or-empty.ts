import { readFileSync } from "node:fs";

/** The bytes of a file, one character each; nothing where it cannot be read. */
export function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
