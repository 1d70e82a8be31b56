import { accessSync, chmodSync, constants, mkdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

/** Where Limpet keeps what outlives it (`--state-dir`): absolute paths. */
export interface StateDirectory {
  readonly path: string;
  /** Sockets and what belongs to the running processes; only its owner enters. */
  readonly runDirectory: string;
  readonly controlSocket: string;
  readonly pidFile: string;
  readonly configFile: string;
  readonly lockFile: string;
  /** Key and certificate that stand in until there are others. */
  readonly certificateFile: string;
  /** NGINX's place for bodies that do not fit in memory; the workers' account reaches it. */
  readonly temporaryDirectory: string;
  /** Authorities that verify Endpoints; the workers' account reads them. */
  readonly trustDirectory: string;
}

/** The longest path of a unix socket, bytes (unix(7): sun_path holds 108 with the closing zero). */
const LONGEST_SOCKET_PATH = 107;

const REMEDY = "choose another with --state-dir";

/** Others pass through, to the temporary directory, and see nothing. */
const PASS_THROUGH = 0o711;
const OWNER_ONLY = 0o700;

/** The layout of a state directory; touches nothing. */
export function stateDirectoryAt(path: string): StateDirectory {
  const root = resolve(path);
  const runDirectory = join(root, "run");
  return {
    path: root,
    runDirectory,
    controlSocket: join(runDirectory, "control.sock"),
    pidFile: join(runDirectory, "nginx.pid"),
    configFile: join(runDirectory, "nginx.conf"),
    lockFile: join(runDirectory, "limpet.lock"),
    certificateFile: join(runDirectory, "certificate.pem"),
    temporaryDirectory: join(root, "tmp"),
    trustDirectory: join(root, "trust"),
  };
}

/**
 * Makes the state directory, or what is missing of it.
 *
 * @throws Error of one sentence with the remedy when it cannot be used
 */
export function prepareStateDirectory(path: string): StateDirectory {
  const directory = stateDirectoryAt(path);
  checkPath(directory);
  makeFolder(directory.path, PASS_THROUGH);
  makeFolder(directory.runDirectory, OWNER_ONLY);
  makeFolder(directory.temporaryDirectory, PASS_THROUGH);
  makeFolder(directory.trustDirectory, PASS_THROUGH);
  return directory;
}

function checkPath({ path, controlSocket }: StateDirectory): void {
  if (/\p{Cc}/u.test(path)) {
    throw new Error(`The state directory ${JSON.stringify(path)} has a control character in its name: ${REMEDY}`);
  }
  const length = Buffer.byteLength(controlSocket);
  if (length <= LONGEST_SOCKET_PATH) return;
  throw new Error(
    `The path ${controlSocket} is too long for a unix socket (${length} bytes, at most ${LONGEST_SOCKET_PATH}): ` +
      "choose a shorter --state-dir",
  );
}

function makeFolder(path: string, mode: number): void {
  try {
    const made = mkdirSync(path, { recursive: true, mode });
    const present = statSync(path);
    if (!present.isDirectory()) throw Object.assign(new Error("not a directory"), { code: "ENOTDIR" });
    // A folder that somebody else gave keeps what it grants beyond this, except where only the owner may enter.
    const wanted = mode === OWNER_ONLY || made !== undefined ? mode : (present.mode & 0o7777) | mode;
    if ((present.mode & 0o7777) !== wanted) chmodSync(path, wanted);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(describe(path, error as NodeJS.ErrnoException), { cause: error });
  }
}

function describe(path: string, { code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return `No permission for the state directory ${path}: run as its owner or as root, or ${REMEDY}`;
    case "EROFS":
      return `The state directory ${path} lies on a read-only file system: ${REMEDY}`;
    case "EEXIST":
    case "ENOTDIR":
      return `The state directory ${path} is not a directory, or a part of its path is none: ${REMEDY}`;
    case "ENOSPC":
      return `The disk is full: the state directory ${path} cannot be made; free some space or ${REMEDY}`;
    default:
      return `The state directory ${path} cannot be used (${message}): ${REMEDY}`;
  }
}
