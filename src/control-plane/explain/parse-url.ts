import { domainToASCII } from "node:url";
import { toByteString } from "../publish/bytes.ts";

/** The parts of a URL that a decision depends on; byte strings. */
export interface ParsedUrl {
  readonly tls: boolean;
  /** 443 or 80 where the URL names none. */
  readonly port: number;
  /** As NGINX's `$host`: lower case, without port and without a dot at its end; empty when the URL names none. */
  readonly host: string;
  /** As the URL has it, port and all: what a client sends as Host. */
  readonly authority: string;
  /** As sent: still percent-encoded. */
  readonly path: string;
  /** What follows the `?`; absent without one. */
  readonly query?: string;
}

function portOf(authority: string, tls: boolean): number {
  const digits = /:(\d+)$/.exec(authority)?.[1];
  if (digits !== undefined) return Number(digits);
  return tls ? 443 : 80;
}

/** A Host header or a URL's authority → the host that Routes are declared for. */
export function hostOf(authority: string): string {
  const withoutUser = authority.substring(authority.lastIndexOf("@") + 1);
  const port = /:\d*$/.exec(withoutUser);
  const bare = port === null ? withoutUser : withoutUser.substring(0, port.index);
  const host = bare.endsWith(".") ? bare.slice(0, -1) : bare;
  // A name beyond ASCII travels in its ASCII form (RFC 5891); what is no name stays as it is.
  return host.startsWith("[") ? host.toLowerCase() : domainToASCII(host) || toByteString(host.toLowerCase());
}

/**
 * Takes a URL apart without changing its path, which `new URL` would. A scheme may be left out (http); a URL that
 * begins with `/` names no host. Undefined for another scheme.
 */
export function parseUrl(text: string): ParsedUrl | undefined {
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/?#]*)([^?#]*)(?:\?([^#]*))?/i.exec(text);
  const scheme = parts?.[1]?.toLowerCase() ?? "http";
  if (parts === null || (scheme !== "http" && scheme !== "https")) return undefined;
  const [, , authority = "", path = "", query] = parts;
  const tls = scheme === "https";
  const parsed = {
    tls,
    port: portOf(authority, tls),
    host: hostOf(authority),
    authority: toByteString(authority),
    path: sentPath(path),
  };
  return query === undefined ? parsed : { ...parsed, query: toByteString(query) };
}

/** A client percent-encodes what lies beyond ASCII and blanks (RFC 3986 §2.1). */
function sentPath(path: string): string {
  const bytes = toByteString(path === "" ? "/" : path);
  return bytes.replace(/[ \x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}
