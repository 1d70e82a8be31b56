/** The slice of lua-nginx-module's API that is in use. */

/** @noSelf */
interface SharedDict {
  /** A method in Lua: the dict is its `self`. */
  get(this: SharedDict, key: string): string | number | undefined;
  /** @param seconds until it is forgotten; absent: it stays */
  set(
    this: SharedDict,
    key: string,
    value: string | number,
    seconds?: number,
  ): LuaMultiReturn<[boolean, string | undefined]>;
  /** @param seconds until it is forgotten; absent: it stays */
  add(
    this: SharedDict,
    key: string,
    value: string | number,
    seconds?: number,
  ): LuaMultiReturn<[boolean, string | undefined]>;
  /** Never evicts another entry: `false, "no memory"` instead. */
  safe_set(this: SharedDict, key: string, value: string | number): LuaMultiReturn<[boolean, string | undefined]>;
  incr(this: SharedDict, key: string, by: number, initial: number): number;
  /** Undefined when there is no such key. */
  incr(this: SharedDict, key: string, by: number): number | undefined;
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
  /** A list for a header of several lines. */
  readonly header: Record<string, string | readonly string[] | undefined>;
  status: number;
  readonly req: {
    /** @noSelf */
    get_method(this: void): string;
    set_header(this: void, name: string, value: string): void;
    /** @param jump whether locations are matched again @param binary whether any byte may stand in it */
    set_uri(this: void, uri: string, jump: boolean, binary?: boolean): void;
    set_uri_args(this: void, args: string): void;
    /** Seconds since 1970, when the request began. */
    start_time(this: void): number;
    set_header(this: void, name: string, value: string): void;
    clear_header(this: void, name: string): void;
    /** @param most 0: all @param raw names as they were written */
    get_headers(this: void, most: number, raw: boolean): Record<string, string | readonly string[]>;
    /** Takes the whole body in; ends the request where the location's limit does not allow it. */
    read_body(this: void): void;
    /** Lets a body pass by that nobody reads. */
    discard_body(this: void): void;
    socket(this: void): LuaMultiReturn<[RequestSocket | undefined, string | undefined]>;
  };
  readonly re: {
    /** Where the match begins and ends, from 1; neither, and an error, when it could not be searched for. */
    find(
      this: void,
      text: string,
      pattern: string,
      options: string,
    ): LuaMultiReturn<[number | undefined, number | undefined, string | undefined]>;
    match(
      this: void,
      text: string,
      pattern: string,
      options: string,
    ): LuaMultiReturn<[Record<number, string | false> | undefined, string | undefined]>;
  };
  readonly worker: { id(this: void): number; pid(this: void): number; count(this: void): number };
  /** @noSelf */
  readonly timer: {
    /** Undefined, and the callback never called, when the worker is about to end or has too many timers. */
    at(this: void, seconds: number, callback: (this: void) => void): number | undefined;
  };
  /** For `exit` in a handshake: there is none. */
  readonly ERROR: number;
  readonly WARN: number;
  readonly ERR: number;
  now(): number;
  log(level: number, ...parts: (string | number)[]): void;
  exit(status: number): never;
  decode_base64(text: string): string | undefined;
  hmac_sha1(key: string, text: string): string;
  /** Calls an exported function of a module in a thread; gives whether it could, and its result or why not. */
  run_worker_thread(
    pool: string,
    module: string,
    name: string,
    ...values: string[]
  ): LuaMultiReturn<[boolean, boolean | string]>;
  escape_uri(text: string, kind: number): string;
  redirect(uri: string, status: number): never;
  /** Goes on in a named location, whose phases begin anew for the same request. */
  exec(location: string): never;
  print(text: string): void;
  sleep(seconds: number): void;
}

declare const ngx: Ngx;
