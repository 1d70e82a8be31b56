import { hash } from "node:crypto";
import type { Endpoint } from "../../snapshot/model.ts";

function md5(text: string): string {
  return hash("md5", text, "hex");
}

/** `address:port`, IPv6 in brackets: what ingress-nginx and we put on the ring. */
export function nodeId(endpoint: Pick<Endpoint, "address" | "port">): string {
  const { address, port } = endpoint;
  return /^\d+\.\d+\.\d+\.\d+$/.test(address) ? `${address}:${port}` : `[${address}]:${port}`;
}

/** The name that ingress-nginx gives a Backend; ambiguous, so used in its cookies' values alone. */
export function classicName(namespace: string, service: string, port: string): string {
  return `${namespace}-${service}-${port}`;
}

/** What ingress-nginx writes behind the `|` of a cookie (MD5 in hex of the name's MD5 in hex and the name). */
export function classicKey(name: string): string {
  return md5(md5(name) + name);
}

/** What ingress-nginx writes before the `|` in persistent mode. */
export function classicPin(name: string, id: string): string {
  return md5(name + id);
}
