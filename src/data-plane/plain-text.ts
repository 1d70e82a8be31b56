import { C, cdef } from "ffi";
import { new as newBuffer } from "string.buffer";

cdef("size_t strspn(const void *text, const char *accept);");

function printableCharacters(): string {
  let characters = "";
  for (let code = 32; code < 127; code++) {
    if (code !== 34 && code !== 92) characters = characters + String.fromCharCode(code);
  }
  return characters;
}

const PLAIN = printableCharacters();

/** What is looked at, without making a string of it. */
const together = newBuffer();

/** Whether texts may stand between JSON's quotes as they are. By C's strspn: a loop here would keep the log phase from compiling. */
export function arePlain(one: string, another: string, third: string, fourth: string): boolean {
  together.reset().put(one, another, third, fourth, "\0");
  const [bytes, length] = together.ref();
  return tonumber(C.strspn(bytes, PLAIN)) === length - 1;
}
