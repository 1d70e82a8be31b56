import { C, cdef } from "ffi";

cdef("size_t strspn(const char *text, const char *accept);");

function printableCharacters(): string {
  let characters = "";
  for (let code = 32; code < 127; code++) {
    if (code !== 34 && code !== 92) characters = characters + String.fromCharCode(code);
  }
  return characters;
}

const PLAIN = printableCharacters();

/** Whether a text may stand between JSON's quotes as it is. By C's strspn: a loop here would keep the log phase from compiling. */
export function isPlain(text: string): boolean {
  return tonumber(C.strspn(text, PLAIN)) === text.length;
}
