/**
 * The current version of an entry, and the one before it: `version@generation before`. A push writes pointers before it
 * moves the generation, so a worker takes the newer version only once it serves that generation. Version 0: none.
 */
export interface Pointer {
  readonly version: number;
  readonly generation: number;
  readonly before: number;
}

const NOTHING: Pointer = { version: 0, generation: 0, before: 0 };

export function readPointer(dict: SharedDict, name: string): Pointer {
  const text = dict.get(name) as string | undefined;
  if (text === undefined) return NOTHING;
  const at = text.indexOf("@");
  const blank = text.indexOf(" ");
  return {
    version: Number(text.substring(0, at)),
    generation: Number(text.substring(at + 1, blank)),
    before: Number(text.substring(blank + 1)),
  };
}

export function formatPointer(pointer: Pointer): string {
  return `${pointer.version}@${pointer.generation} ${pointer.before}`;
}

export function versionAt(pointer: Pointer, generation: number): number {
  return pointer.generation <= generation ? pointer.version : pointer.before;
}

export function versionKey(version: number, name: string): string {
  return `${version}:${name}`;
}
