import { join } from "node:path";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { parseHeader } from "../control-plane/admin/read-explain-query.ts";
import { findKeys, temporaryKeys } from "../control-plane/controller/keys.ts";
import { explain } from "../control-plane/explain/explain.ts";
import type { ExplainedRequest, Explanation } from "../control-plane/explain/explanation.ts";
import { resolveOnce } from "../control-plane/names/resolve-once.ts";
import { SystemLookUp } from "../control-plane/names/system-look-up.ts";
import type { Translator } from "../control-plane/translate/translator.ts";
import { addFlags, type FlagTable } from "./flag.ts";
import type { Finish } from "./main.ts";
import { OUTPUT_FLAGS, type OutputFlags } from "./output-flags.ts";
import { ipAddress, text, wholeNumber } from "./parse-value.ts";
import { readManifests } from "./read-sources.ts";
import {
  NAME_FLAGS,
  type NameFlags,
  PLACE_FLAGS,
  type PlaceFlags,
  TRANSLATE_FLAGS,
  type TranslateFlags,
} from "./run-flags.ts";
import { CommandFailure, type Terminal } from "./terminal.ts";

interface AskFlags {
  readonly address?: string;
  readonly admin?: string;
  readonly seed?: number;
}

type ExplainFlags = AskFlags & PlaceFlags & TranslateFlags & NameFlags & OutputFlags;
type Header = readonly [name: string, value: string];

const ASK_FLAGS: FlagTable<AskFlags> = {
  address: {
    name: "address",
    placeholder: "IP",
    parse: ipAddress,
    doc: "the client's address, for what depends on it",
  },
  admin: { name: "admin", placeholder: "URL", parse: text, doc: "ask a running Limpet, at its admin port" },
  seed: {
    name: "seed",
    placeholder: "N",
    parse: wholeNumber(0, 999_999_999),
    doc: "make random picks, the same ones for the same number",
  },
};

/** Takes one more `--cookie 'NAME=VALUE'`. */
function addCookie(given: string, before: readonly Header[] = []): readonly Header[] {
  if (/^[^=;\s]+=[^;\r\n]*$/.test(given)) return [...before, ["Cookie", given]];
  throw new InvalidArgumentError("Write NAME=VALUE.");
}

/** Takes one more `--header 'NAME: VALUE'`. */
function addHeader(given: string, before: readonly Header[] = []): readonly Header[] {
  const header = parseHeader(given);
  if (header !== undefined) return [...before, header];
  throw new InvalidArgumentError("Write NAME: VALUE.");
}

/** Looks the names of ExternalName Services up, once. */
async function resolveNames(translator: Translator, { dnsServers }: NameFlags): Promise<void> {
  const system = new SystemLookUp(dnsServers === undefined ? {} : { servers: dnsServers });
  translator.apply(await resolveOnce(translator.names(), (name) => system.lookUp(name)));
}

/** The same with what is wrong with the name that its Service leads to. */
function withNameProblems(explanation: Explanation, translator: Translator): Explanation {
  const object = `Service ${explanation.service?.replace(/:[^:]*$/, "")}`;
  const problems = translator.problems().filter((it) => it.object === object && it.field === "spec.externalName");
  const steps = problems.map(({ value, message }) => ({ step: "name", outcome: value, detail: message }));
  return { ...explanation, steps: [...steps, ...explanation.steps] };
}

async function explainHere(request: ExplainedRequest, manifests: string, flags: ExplainFlags): Promise<Explanation> {
  const folder = join(flags.stateDir, "keys");
  const keys = await findKeys(folder);
  const { translator } = await readManifests([manifests], flags, keys ?? temporaryKeys());
  await resolveNames(translator, flags);
  const now = Date.now() / 1000;
  const options = flags.seed === undefined ? { now } : { now, seed: flags.seed };
  const explanation = withNameProblems(explain(request, translator.entries(), options), translator);
  if (keys !== undefined) return explanation;
  const detail = `no key can be read in ${folder}, so sealed cookies that a running Limpet issued are not known here; name its --state-dir, or ask it with --admin`;
  return { ...explanation, steps: [{ step: "key", outcome: "none", detail }, ...explanation.steps] };
}

function explainUrl(admin: string, request: ExplainedRequest, seed: number | undefined): URL {
  const base = admin.includes("://") ? admin : `http://${admin}`;
  if (!URL.canParse("/api/v1/explain", base)) throw new CommandFailure(2, `--admin ${admin} is no URL.`);
  const url = new URL("/api/v1/explain", base);
  url.searchParams.set("url", request.url);
  for (const [name, value] of request.headers) url.searchParams.append("header", `${name}:${value}`);
  if (request.address !== undefined) url.searchParams.set("address", request.address);
  if (seed !== undefined) url.searchParams.set("seed", String(seed));
  return url;
}

async function explainThere(request: ExplainedRequest, admin: string, flags: ExplainFlags): Promise<Explanation> {
  const url = explainUrl(admin, request, flags.seed);
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    if (response.ok) return (await response.json()) as Explanation;
    throw new CommandFailure(1, `${url.origin} answers ${response.status}: ${(await response.text()).trim()}`);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(1, `No Limpet answers at ${url.origin}: correct --admin, or use --manifests.`);
  }
}

function asText(explanation: Explanation): string {
  const { steps, ...verdict } = explanation;
  const width = Math.max(...steps.map(({ step }) => step.length));
  const lines = steps.map(({ step, outcome, detail }) => `${step.padEnd(width)}  ${outcome} - ${detail}\n`);
  const facts = Object.entries(verdict).map(([name, value]) => `${name.padEnd(width)}  ${value ?? "-"}\n`);
  return `${lines.join("")}\n${facts.join("")}`;
}

function answer(request: ExplainedRequest, flags: ExplainFlags): Promise<Explanation> {
  if (flags.admin !== undefined) return explainThere(request, flags.admin, flags);
  if (flags.manifests !== undefined) return explainHere(request, flags.manifests, flags);
  throw new CommandFailure(2, "Name the folder with --manifests DIR, or a running Limpet with --admin URL.");
}

export function addExplain(program: Command, terminal: Terminal, _finish: Finish): void {
  const command = program.command("explain").description("say which Endpoint a request goes to, and why");
  command.argument("<URL>", "what is requested");
  command.option("--cookie <NAME=VALUE>", "a cookie of the request; may be repeated", addCookie);
  command.option("--header <NAME: VALUE>", "a header of the request; may be repeated", addHeader);
  addFlags<ExplainFlags>(command, { ...ASK_FLAGS, ...PLACE_FLAGS, ...TRANSLATE_FLAGS, ...NAME_FLAGS, ...OUTPUT_FLAGS });
  command.action(
    async (url: string, flags: ExplainFlags & { cookie?: readonly Header[]; header?: readonly Header[] }) => {
      const headers = [...(flags.cookie ?? []), ...(flags.header ?? [])];
      const { address } = flags;
      const request = address === undefined ? { url, headers } : { url, headers, address };
      const explanation = await answer(request, flags);
      terminal.out(flags.output === "json" ? `${JSON.stringify(explanation)}\n` : asText(explanation));
    },
  );
}
