import { Resolver } from "node:dns";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { readCipherList } from "../control-plane/certificates/cipher-list.ts";
import { TLS_VERSIONS, type TlsVersion } from "../control-plane/nginx/static-settings.ts";
import { isSubdomain } from "../control-plane/objects/schemas/names.ts";
import { nearest } from "./nearest.ts";

/** Turns the text of a flag into its value, or throws InvalidArgumentError with what to write instead. */
export type ParseValue<T> = (text: string) => T;

export function wholeNumber(least: number, most: number): ParseValue<number> {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : -1;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
  };
}

export function choice<T extends string>(choices: readonly T[]): ParseValue<T> {
  return (text) => {
    if ((choices as readonly string[]).includes(text)) return text as T;
    const meant = nearest(text, choices);
    const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
    throw new InvalidArgumentError(`It is one of ${choices.join(", ")}.${hint}`);
  };
}

/** A flag that is on by its name alone, and takes a word where that is wanted (an environment variable). */
export function yesOrNo(text: string): boolean {
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw new InvalidArgumentError("Write true or false.");
}

/** Words with commas between them. */
export function list(text: string): readonly string[] {
  const words = text.split(",").map((word) => word.trim());
  if (words.every((word) => word !== "")) return words;
  throw new InvalidArgumentError("Write one name, or several with commas between them.");
}

export function text(given: string): string {
  if (given !== "") return given;
  throw new InvalidArgumentError("It is empty.");
}

export function objectReference(given: string): string {
  if (/^[a-z0-9.-]+\/[a-z0-9.-]+$/.test(given)) return given;
  throw new InvalidArgumentError("Write NAMESPACE/NAME.");
}

function address(given: string): string {
  const bare = given.replace(/^\[(.*)\]$/, "$1");
  if (isIP(bare) !== 0) return bare;
  throw new InvalidArgumentError("Write an IP address, such as 127.0.0.1 or ::1.");
}

/** An IP address; IPv6 with or without brackets, gives it without. */
export const ipAddress: ParseValue<string> = address;

/** Where to listen. */
export interface ListenAddress {
  /** IPv6 without brackets; absent: every address. */
  readonly address?: string;
  readonly port: number;
}

/** `:8443`, `127.0.0.1:8443`, `[::1]:8443`; a port alone is one of every address. */
export function listenAddress(given: string): ListenAddress {
  const [, host = "", port = ""] = /^(?:(.*):)?(\d+)$/.exec(given) ?? [];
  // fd00::1:8443 could be an address as a whole.
  if (host.includes(":") && !host.startsWith("[")) throw new InvalidArgumentError("Write IPv6 as [ADDRESS]:PORT.");
  if (port === "") throw new InvalidArgumentError("Write a port, such as :8443 or 127.0.0.1:8443.");
  const where = { port: wholeNumber(1, 65535)(port) };
  return host === "" ? where : { ...where, address: address(host) };
}

/** IP addresses as NGINX writes them: IPv6 in brackets. */
export function bindAddresses(given: string): readonly string[] {
  return [...new Set(list(given).map(address))].map((bare) => (bare.includes(":") ? `[${bare}]` : bare));
}

/** Addresses of DNS servers, each with a port or without one; IPv6 with a port in brackets. */
export function dnsServers(given: string): readonly string[] {
  const servers = list(given);
  try {
    new Resolver().setServers(servers);
  } catch {
    throw new InvalidArgumentError("Write IP addresses, such as 10.96.0.10 or 127.0.0.1:5353 or [fd00::a]:53.");
  }
  return servers;
}

function addressOrHost(given: string): string {
  if (isIP(given) !== 0 || (isSubdomain(given) && !/^[\d.]+$/.test(given))) return given;
  throw new InvalidArgumentError("Write IP addresses and host names, such as 192.0.2.1,lb.example.com.");
}

/** IP addresses and names of hosts. */
export function addressesOrHosts(given: string): readonly string[] {
  return list(given).map(addressOrHost);
}

/** `stdout`, `off`, or a file, which becomes an absolute path. */
export function accessLogTarget(given: string): string {
  if (given === "stdout" || given === "off") return given;
  // The path stands in nginx.conf, which knows no way to write these.
  if (!/[\p{Cc}$]/u.test(text(given))) return resolve(given);
  throw new InvalidArgumentError("A path here holds neither $ nor a control character.");
}

/** A size as NGINX writes it: `8k`, `1m`. */
export function size(given: string): string {
  if (/^[1-9]\d{0,8}[kKmM]?$/.test(given)) return given;
  throw new InvalidArgumentError("Write a size such as 1k or 8k.");
}

/** A number of buffers and the size of each. */
export function buffers(given: string): string {
  if (/^[1-9]\d{0,3} [1-9]\d{0,8}[kKmM]?$/.test(given)) return given;
  throw new InvalidArgumentError('Write how many and how large, such as "4 8k".');
}

/** Media types with commas or blanks between them. */
export function mediaTypes(given: string): readonly string[] {
  const types = given.split(/[\s,]+/).filter((word) => word !== "");
  if (types.length > 0 && types.every((type) => /^(\*|[\w.+-]+\/[\w.+-]+)$/.test(type))) return types;
  throw new InvalidArgumentError("Write media types such as application/json,text/css.");
}

export function headerName(given: string): string {
  if (/^[A-Za-z0-9-]+$/.test(given)) return given;
  throw new InvalidArgumentError("Write the name of a header, such as X-Forwarded-For.");
}

function network(given: string): string {
  const [bare = "", prefix] = given.split("/");
  const family = isIP(bare);
  const longest = family === 4 ? 32 : 128;
  if (family !== 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest))) return given;
  throw new InvalidArgumentError("Write addresses and networks such as 10.0.0.0/8 or fd00::/8.");
}

/** IP addresses and networks. */
export function networks(given: string): readonly string[] {
  return list(given).map(network);
}

/** TLS versions with commas or blanks between them; in the order of their age. */
export function tlsVersions(given: string): readonly TlsVersion[] {
  const words = given.split(/[\s,]+/).filter((word) => word !== "");
  const versions = TLS_VERSIONS.filter((version) => words.includes(version));
  if (words.length > 0 && words.every((word) => (TLS_VERSIONS as readonly string[]).includes(word))) return versions;
  throw new InvalidArgumentError(`Write ${TLS_VERSIONS.join(", or ")}, or both; older ones are not spoken.`);
}

export function cipherList(given: string): string {
  const ciphers = readCipherList(given);
  if (ciphers !== undefined) return ciphers;
  throw new InvalidArgumentError(
    "Write names of OpenSSL's for TLS 1.2, such as ECDHE-RSA-AES128-GCM-SHA256:HIGH:!aNULL.",
  );
}
