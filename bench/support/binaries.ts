import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The Debian package of each program that a benchmark runs. */
const PACKAGES = {
  nginx: "nginx",
  haproxy: "haproxy",
  valgrind: "valgrind",
  callgrind_control: "valgrind",
  wrk: "wrk",
  h2load: "nghttp2-client",
  taskset: "util-linux",
  chrt: "util-linux",
  luajit: "luajit2",
} as const;

export type Program = keyof typeof PACKAGES;

/** Ordinary users have no sbin on their PATH, and Debian puts nginx and haproxy there. */
const EXTRA_FOLDERS = ["/usr/sbin", "/sbin"];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The absolute path of a program.
 * @throws Error that names the Debian package when it is not installed
 */
export function findProgram(program: Program): string {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...EXTRA_FOLDERS];
  const found = folders.map((folder) => join(folder, program)).find((path) => isExecutable(path));
  if (found !== undefined) return found;
  throw new Error(`${program} is not installed; install it with: apt-get install ${PACKAGES[program]}`);
}
