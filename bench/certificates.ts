/**
 * What many certificates cost NGINX: the push, the memory of a worker, a handshake. The data plane alone, with one worker;
 * it prints and asserts nothing.
 *
 *     node bench/certificates.ts [--certificates 5000] [--handshakes 2000] [--write]
 */
import { generateKeyPairSync } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { makeCertificate } from "../src/control-plane/certificates/self-signed.ts";
import { encode } from "../src/snapshot/codec.ts";
import { certificateEntry, SETTINGS_ENTRY, serverNameEntry } from "../src/snapshot/entries.ts";
import { DataPlane } from "../test/support/data-plane.ts";
import { freePort } from "../test/support/free-port.ts";
import { handshake } from "../test/support/tls-client.ts";
import { cpuSeconds } from "./support/cpu-time.ts";
import { writeBlock } from "./support/docs-block.ts";
import { runMain, wholeNumber } from "./support/flags.ts";
import { formatCount, formatMarkdown, formatTable, type Table } from "./support/table.ts";

/** Handshakes under way at the same time. */
const AT_ONCE = 8;

const ISSUER = makeCertificate({ commonName: "bench", names: [], days: 10, authority: true });
const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });

const SETTINGS = encode({ classicCookies: "accept" });

function readFlags() {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: { certificates: text, handshakes: text, write: { type: "boolean", default: false } },
  });
  return {
    certificates: wholeNumber("certificates", values.certificates ?? "5000", 2),
    handshakes: wholeNumber("handshakes", values.handshakes ?? "2000", 1),
    write: values.write,
  };
}

function hostOf(i: number): string {
  return `host-${i}.test`;
}

/** Each with a chain of two, as authorities hand them out; every second one with an RSA key. */
function certificateEntries(count: number): Map<string, string> {
  const entries = new Map([[SETTINGS_ENTRY, SETTINGS]]);
  for (let i = 0; i < count; i++) {
    const request = { commonName: hostOf(i), names: [hostOf(i)], days: 10, issuer: ISSUER };
    const { key, certificate } = makeCertificate(i % 2 === 0 ? request : { ...request, keyPair: RSA });
    entries.set(certificateEntry(`bench/${i}`), encode({ chain: certificate + ISSUER.certificate, key }));
    entries.set(serverNameEntry(hostOf(i)), encode({ certificates: [`bench/${i}`] }));
  }
  return entries;
}

/** Megabytes that a process holds for itself: without the memory that workers share. */
async function ownMegabytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^RssAnon:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1024;
}

/** Microseconds of the worker's time that each handshake takes. */
async function measure(pid: number, port: number, count: number, host: (i: number) => string): Promise<number> {
  const before = await cpuSeconds(pid);
  let next = 0;
  const knock = async () => {
    while (next < count) await handshake(port, host(next++));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, knock));
  return (((await cpuSeconds(pid)) - before) * 1e6) / count;
}

async function measureAll(dataPlane: DataPlane, port: number, flags: ReturnType<typeof readFlags>): Promise<Table> {
  const { certificates, handshakes } = flags;
  const [worker] = (await dataPlane.control.state()).workers;
  const pid = worker?.pid ?? 0;
  const rows: (readonly string[])[] = [];
  const row = async (what: string, microseconds?: number) => {
    const time = microseconds === undefined ? "" : formatCount(microseconds);
    rows.push([what, (await ownMegabytes(pid)).toFixed(1), time]);
  };
  await measure(pid, port, handshakes, () => "nobody.test");
  await row("nothing pushed: nginx.conf's own (ECDSA)", await measure(pid, port, handshakes, () => "nobody.test"));
  const entries = certificateEntries(certificates);
  await dataPlane.push(entries, true);
  await row(`${formatCount(certificates)} pushed, none asked for`);
  await row("each asked for once", await measure(pid, port, certificates, hostOf));
  await row(
    "one of them again and again, ECDSA",
    await measure(pid, port, handshakes, () => hostOf(certificates - 2 + (certificates % 2))),
  );
  await row(
    "one of them again and again, RSA",
    await measure(pid, port, handshakes, () => hostOf(certificates - 1 - (certificates % 2))),
  );
  return { header: ["certificates", "worker's own MB", "µs of a worker each handshake"], rows };
}

async function main(): Promise<void> {
  const flags = readFlags();
  const port = await freePort();
  const dataPlane = await DataPlane.start({ nginx: { httpsPort: port, sharedMemoryMegabytes: 64 } });
  try {
    await dataPlane.push(new Map([[SETTINGS_ENTRY, SETTINGS]]));
    await dataPlane.send();
    const table = await measureAll(dataPlane, port, flags);
    console.log(formatTable(table));
    if (flags.write) await writeBlock("certificates", formatMarkdown(table));
  } finally {
    await dataPlane.stop();
  }
}

await runMain(main);
