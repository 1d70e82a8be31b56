/** The slice of lua-nginx-module's API that is in use. */

/** @noSelf */
interface SharedDict {
  /** A method in Lua: the dict is its `self`. */
  get(this: SharedDict, key: string): string | number | undefined;
  set(this: SharedDict, key: string, value: string | number): LuaMultiReturn<[boolean, string | undefined]>;
  /** @param seconds after which it is gone by itself; never when absent */
  add(
    this: SharedDict,
    key: string,
    value: string | number,
    seconds?: number,
  ): LuaMultiReturn<[boolean, string | undefined]>;
  /** Never evicts another entry: `false, "no memory"` instead. */
  safe_set(this: SharedDict, key: string, value: string | number): LuaMultiReturn<[boolean, string | undefined]>;
  incr(this: SharedDict, key: string, by: number, initial: number): number;
  delete(this: SharedDict, key: string): void;
  flush_all(this: SharedDict): void;
  /** Frees expired entries, at most so many; gives how many they were. */
  flush_expired(this: SharedDict, most: number): number;
}

/** @noSelf */
interface RequestSocket {
  /** Reads so many bytes, or a line without its end; `undefined, error` when the client goes away. */
  receive(this: RequestSocket, size: number | "*l"): LuaMultiReturn<[string | undefined, string | undefined]>;
  /** What is there, at least a byte and at most so many; waits while there is nothing. */
  receiveany(this: RequestSocket, most: number): LuaMultiReturn<[string | undefined, string | undefined]>;
}

/** @noSelf */
interface Ngx {
  readonly var: Record<string, string | undefined>;
  readonly shared: Record<string, SharedDict>;
  readonly header: Record<string, string | undefined>;
  status: number;
  readonly req: {
    /** @noSelf */
    get_method(this: void): string;
    /** Seconds since 1970, when the request began. */
    start_time(this: void): number;
    socket(this: void): LuaMultiReturn<[RequestSocket | undefined, string | undefined]>;
  };
  readonly worker: { id(this: void): number; pid(this: void): number; count(this: void): number };
  /** @noSelf */
  readonly timer: { at(this: void, seconds: number, callback: (this: void) => void): void };
  readonly WARN: number;
  readonly ERR: number;
  now(): number;
  log(level: number, ...parts: (string | number)[]): void;
  exit(status: number): never;
  escape_uri(text: string, kind: number): string;
  redirect(uri: string, status: number): never;
  /** Goes on in a named location, whose phases begin anew for the same request. */
  exec(location: string): never;
  print(text: string): void;
  sleep(seconds: number): void;
}

declare const ngx: Ngx;
