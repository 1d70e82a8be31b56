import { isIP } from "node:net";
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
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

/** IP addresses as NGINX writes them: IPv6 in brackets. */
export function bindAddresses(given: string): readonly string[] {
  return [...new Set(list(given).map(address))].map((bare) => (bare.includes(":") ? `[${bare}]` : bare));
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
