import { networkInterfaces } from "node:os";
import type { Command } from "commander";
import { DEFAULT_STATIC_SETTINGS } from "../control-plane/nginx/static-settings.ts";
import { type DemoFolder, makeDemoFolder } from "./demo/demo-folder.ts";
import { nextFreePort } from "./demo/free-port.ts";
import { type DemoBackend, startBackend } from "./demo/start-backend.ts";
import { waitForAnswer } from "./demo/wait-for-answer.ts";
import { addFlags, type FlagTable } from "./flag.ts";
import type { Finish } from "./main.ts";
import { logOf, manifestsOptions, startOrFail } from "./run.ts";
import {
  ADMIN_FLAGS,
  type AdminFlags,
  LOG_FLAGS,
  type LogFlags,
  NGINX_FLAGS,
  type NginxFlags,
  TRANSLATE_FLAGS,
  type TranslateFlags,
} from "./run-flags.ts";
import { Signals } from "./signals.ts";
import { CommandFailure, type Terminal } from "./terminal.ts";

type DemoFlags = NginxFlags & AdminFlags & TranslateFlags & LogFlags;

/** The flags of `run` that a demo needs, with defaults that suit any user and a quiet terminal. */
const DEMO_FLAGS: FlagTable<DemoFlags> = {
  ...NGINX_FLAGS,
  ...ADMIN_FLAGS,
  ...TRANSLATE_FLAGS,
  ...LOG_FLAGS,
  httpPort: { ...NGINX_FLAGS.httpPort, fallback: 8080 },
  httpsPort: { ...NGINX_FLAGS.httpsPort, fallback: 8443 },
  bindAddress: { ...NGINX_FLAGS.bindAddress, shownDefault: "this machine alone" },
  adminAddress: { ...ADMIN_FLAGS.adminAddress, shownDefault: "127.0.0.1" },
  shutdownGracePeriod: { ...NGINX_FLAGS.shutdownGracePeriod, fallback: 3 },
  accessLog: { ...NGINX_FLAGS.accessLog, fallback: "off" },
  logLevel: { ...LOG_FLAGS.logLevel, fallback: "warn" },
};

const BACKENDS = ["coral", "amber", "jade"];

/** This machine's own addresses, as NGINX writes them. */
function loopback(): readonly string[] {
  const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
  return hasIpv6 ? ["127.0.0.1", "[::1]"] : ["127.0.0.1"];
}

function withoutBrackets(address: string): string {
  return address.replace(/^\[(.*)\]$/, "$1");
}

/** Default ports that are taken give way to the next free ones; those that were asked for do not. */
async function choosePorts(given: DemoFlags, command: Command, terminal: Terminal): Promise<DemoFlags> {
  const flags = {
    ...given,
    bindAddress: given.bindAddress ?? loopback(),
    adminAddress: given.adminAddress ?? "127.0.0.1",
  };
  const choose = async (
    name: "httpPort" | "httpsPort" | "adminPort",
    addresses: readonly string[],
    taken: readonly number[],
  ) => {
    const wanted = flags[name];
    if (wanted === 0) return 0;
    if (command.getOptionValueSource(name) !== "default") return wanted;
    const port = (await nextFreePort(wanted, addresses.map(withoutBrackets), taken)) ?? wanted;
    if (port !== wanted) terminal.out(`Port ${wanted} is taken; the demo uses ${port}.\n`);
    return port;
  };
  const httpPort = await choose("httpPort", flags.bindAddress, []);
  const httpsPort = await choose("httpsPort", flags.bindAddress, [httpPort]);
  const adminPort = await choose("adminPort", [flags.adminAddress], [httpPort, httpsPort]);
  return { ...flags, httpPort, httpsPort, adminPort };
}

/** @param secure the HTTPS URL; empty when HTTPS is off */
function welcome(url: string, secure: string, admin: string, folder: DemoFolder): string {
  const overTls = secure === "" ? "" : `    Over TLS    curl -kI ${secure}\n`;
  return `
  Limpet serves ${BACKENDS.length} backends with sticky sessions.

    Open        ${url}
    Try         curl -I ${url}
${overTls}    Edit        ${folder.manifests}
    Look into   ${admin}

  Ctrl-C ends all of it.

`;
}

function addressOf(addresses: readonly string[] | undefined): string {
  const first = addresses?.[0] ?? "127.0.0.1";
  return first === "127.0.0.1" || first === "0.0.0.0" || first === "[::]" ? "localhost" : first;
}

async function serve(flags: DemoFlags, folder: DemoFolder, signals: Signals, terminal: Terminal): Promise<void> {
  const log = logOf(flags);
  const places = { manifests: folder.manifests, stateDir: folder.state };
  const limpet = await startOrFail(
    manifestsOptions({ ...DEFAULT_STATIC_SETTINGS, ...flags, ...places }, folder.manifests, log),
  );
  signals.onSecond(limpet.hurry);
  try {
    const host = addressOf(flags.bindAddress);
    const url = `http://${host}:${flags.httpPort}/`;
    const secure = flags.httpsPort === 0 ? "" : `https://${host}:${flags.httpsPort}/`;
    await Promise.race([waitForAnswer(url), signals.first]);
    const admin = `http://${addressOf(flags.adminAddress === undefined ? undefined : [flags.adminAddress])}:${limpet.adminPort}/`;
    if (!signals.received) terminal.out(welcome(url, secure, admin, folder));
    await signals.first;
  } catch (error) {
    throw new CommandFailure(1, (error as Error).message);
  } finally {
    await limpet.stop();
  }
}

async function demo(given: DemoFlags, command: Command, terminal: Terminal): Promise<void> {
  const signals = new Signals();
  const backends: DemoBackend[] = [];
  let folder: DemoFolder | undefined;
  try {
    const flags = await choosePorts(given, command, terminal);
    for (const name of BACKENDS) backends.push(await startBackend(name));
    folder = await makeDemoFolder(backends.map(({ port }) => port));
    await serve(flags, folder, signals, terminal);
  } finally {
    for (const backend of backends) await backend.stop();
    await folder?.remove();
    signals.release();
  }
}

export function addDemo(program: Command, terminal: Terminal, _finish: Finish): void {
  const command = program.command("demo").description("run three small backends behind a sticky Ingress, to try");
  addFlags(command, DEMO_FLAGS);
  command.action((flags: DemoFlags) => demo(flags, command, terminal));
}
