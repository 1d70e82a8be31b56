/** What the client uses besides what the data plane does: src/data-plane/types. */
declare module "ffi" {
  /** C's `long`: cdata, until `tonumber`. */
  export interface Time {
    readonly sec: object;
    readonly nsec: object;
  }
  export interface Polled {
    file: number;
    events: number;
    returned: number;
  }
  export interface Address {
    family: number;
    port: number;
    address: number;
  }
  /** @noSelf */
  export interface CLibrary {
    clock_gettime(clock: number, into: Time): number;
    socket(domain: number, type: number, protocol: number): number;
    connect(file: number, address: Address, length: number): number;
    setsockopt(file: number, level: number, name: number, value: object, length: number): number;
    htons(port: number): number;
    poll(files: Record<number, Polled>, count: number, milliseconds: number): number;
    send(file: number, bytes: string, length: number, flags: number): object;
    recv(file: number, into: object, length: number, flags: number): object;
    memmem(bytes: object, length: number, what: string, whatLength: number): object | undefined;
    close(file: number): number;
  }
}

/** Of the command line, from 1. */
declare const arg: Readonly<Record<number, string>>;

declare namespace string {
  /** What the parentheses of a pattern of Lua's hold. */
  function match(this: void, text: string, pattern: string): string | undefined;
}

/** @noSelf */
interface LuaFile {
  read(this: LuaFile, what: "*a"): string;
}

declare namespace io {
  function write(this: void, text: string): void;
}
