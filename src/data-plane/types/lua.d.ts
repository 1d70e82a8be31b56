/** The slice of Lua's own library that TypeScript has no word for. */
declare const _G: Record<string, object>;
declare function collectgarbage(this: void, option: "setpause", percent: number): number;
/** Kilobytes of the heap. */
declare function collectgarbage(this: void, option: "count"): number;
/** A part of a collection. @param kilobytes of the heap */
declare function collectgarbage(this: void, option: "step", kilobytes: number): void;
declare function tonumber(this: void, value: unknown): number | undefined;
/** @noSelf */
interface LuaFile {
  read(this: LuaFile, bytes: number): string | undefined;
  close(this: LuaFile): void;
}
declare namespace io {
  function open(this: void, path: string, mode: string): LuaMultiReturn<[LuaFile | undefined, string | undefined]>;
}
declare namespace math {
  function randomseed(this: void, seed: number): void;
}
declare namespace string {
  /** Replaces what a pattern of Lua's matches; gives the text and how often. */
  function gsub(this: void, text: string, pattern: string, by: string): LuaMultiReturn<[string, number]>;
  function format(this: void, format: string, ...values: (string | number)[]): string;
}
declare const jit: {
  /** Whether the compiler is on, and what it was told. */
  status(this: void): LuaMultiReturn<[boolean, ...string[]]>;
  off(this: void): void;
  on(this: void): void;
  /** Throws all compiled code away. */
  flush(this: void): void;
  /** @noSelf */
  opt: { start(this: void, ...settings: string[]): void };
};
