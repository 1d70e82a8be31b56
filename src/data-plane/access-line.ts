/** The access log's line: one JSON object a request, or one line of text. */
import type { Buffer } from "string.buffer";

/** Everything that a line says; texts escaped for JSON, numbers in the units that their names say. */
export interface Access {
  /** RFC 3339, milliseconds, UTC. */
  readonly time: string;
  readonly requestId: string;
  readonly remoteAddress: string;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly protocol: string;
  readonly status: number;
  /** Bytes sent to the client. */
  readonly bytes: string;
  /** Seconds. */
  readonly duration: number;
  readonly ingress: string;
  readonly service: string;
  /** The address:port that answered; empty when none did. */
  readonly endpoint: string;
  /** The list of attempts, as JSON; empty when there was one, which gave the response. */
  readonly attempts: string;
  /** The address:port of that one attempt. */
  readonly asked: string;
  /** What it took; seconds. */
  readonly seconds: number;
  readonly affinity: string;
  readonly reason: string;
  /** Whether the canary got it. */
  readonly canary: boolean;
}

/**
 * Seconds with three decimals; none where the clock was set back. From whole numbers: LuaJIT's way to write a fraction costs
 * a thousand instructions, and a line holds two.
 */
function putSeconds(line: Buffer, seconds: number): void {
  const all = Math.max(0, Math.floor(seconds * 1000 + 0.5));
  const whole = Math.floor(all / 1000);
  line.putf("%d.%03d", whole, all - whole * 1000);
}

const HEX = "0123456789abcdef";

function hexByte(code: number): string {
  return HEX.charAt(Math.floor(code / 16)) + HEX.charAt(code % 16);
}

/** How many bytes the UTF-8 sequence that starts here takes; 0 when it is none. */
function sequenceLength(text: string, at: number): number {
  const lead = text.charCodeAt(at);
  const length = lead >= 240 && lead < 245 ? 4 : lead >= 224 && lead < 240 ? 3 : lead >= 194 && lead < 224 ? 2 : 0;
  if (length === 0 || at + length > text.length) return 0;
  for (let i = 1; i < length; i++) {
    const code = text.charCodeAt(at + i);
    if (code < 128 || code > 191) return 0;
  }
  const second = text.charCodeAt(at + 1);
  const overlong = (lead === 224 && second < 160) || (lead === 240 && second < 144);
  const outside = (lead === 237 && second > 159) || (lead === 244 && second > 143);
  return overlong || outside ? 0 : length;
}

/** A byte string as the inside of a JSON string. */
export function escapeJson(text: string): string {
  let escaped = "";
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    let length = 1;
    if (code === 34 || code === 92) escaped = `${escaped}\\${text.substring(at, at + 1)}`;
    else if (code < 32 || code === 127) escaped = `${escaped}\\u00${hexByte(code)}`;
    else if (code < 127) escaped = escaped + text.substring(at, at + 1);
    else {
      length = sequenceLength(text, at);
      // A byte that is no UTF-8 is shown as its Latin-1 character: the line must be JSON whatever a client sends.
      escaped = escaped + (length === 0 ? `\\u00${hexByte(code)}` : text.substring(at, at + length));
      if (length === 0) length = 1;
    }
    at = at + length;
  }
  return escaped;
}

/** One attempt as JSON; `-` or nothing, as NGINX says for what did not come, is null. */
export function attemptJson(endpoint: string, status: string, seconds: string): string {
  const known = status === "" || status === "-" ? "null" : status;
  const took = seconds === "" || seconds === "-" ? "null" : seconds;
  return string.format('{"endpoint":"%s","status":%s,"seconds":%s}', endpoint, known, took);
}

function putAttempts(line: Buffer, it: Access): void {
  if (it.attempts !== "") return void line.put(it.attempts);
  line.putf('[{"endpoint":"%s","status":%d,"seconds":', it.asked, it.status);
  putSeconds(line, it.seconds);
  line.put("}]");
}

export function putJson(line: Buffer, it: Access): void {
  line.putf(
    '{"time":"%s","request_id":"%s","remote_addr":"%s","method":"%s","host":"%s","path":"%s","protocol":"%s","status":%d,"bytes":%s,"duration":',
    it.time,
    it.requestId,
    it.remoteAddress,
    it.method,
    it.host,
    it.path,
    it.protocol,
    it.status,
    it.bytes,
  );
  putSeconds(line, it.duration);
  line.putf(',"ingress":"%s","service":"%s","endpoint":"%s","attempts":', it.ingress, it.service, it.endpoint);
  putAttempts(line, it);
  line.putf(',"affinity":"%s","reason":"%s","canary":%s}', it.affinity, it.reason, it.canary ? "true" : "false");
}

export function putText(line: Buffer, it: Access): void {
  line.putf(
    '%s %s "%s %s%s %s" %d %s ',
    it.time,
    it.remoteAddress,
    it.method,
    it.host,
    it.path,
    it.protocol,
    it.status,
    it.bytes,
  );
  putSeconds(line, it.duration);
  line.putf(" %s %s %s %s %s %s", it.affinity, it.reason, it.ingress, it.service, it.endpoint, it.requestId);
}
