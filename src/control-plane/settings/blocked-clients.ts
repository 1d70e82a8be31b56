import type { BlockPolicy, ClientPattern } from "../../snapshot/global-policies.ts";
import type { AddressRanges } from "../../snapshot/route-policies.ts";
import { ADDRESS_LIST_HINT, parseAddressList } from "../annotations/policies/address-list.ts";
import { parseList } from "../annotations/value-parsers.ts";
import { toJavaScript } from "../patterns/to-javascript.ts";
import { settingBadEntry } from "../problems/settings-problems.ts";
import { toByteString } from "../publish/bytes.ts";
import { liveSetting } from "./global-settings.ts";
import { type LiveSetting, live } from "./setting.ts";
import type { SettingsContext } from "./settings-context.ts";

const PATTERN_HINT =
  'Write whole values, or regular expressions behind "~" (case counts) or "~*" (it does not), with commas between them.';

export const BLOCK_CIDRS = live(
  "block-cidrs",
  parseList,
  [],
  "Addresses and networks that get 403 from everything.",
  ADDRESS_LIST_HINT,
  "403 comes before redirects and before all that an Ingress says of access.",
);

export const BLOCK_USER_AGENTS = live(
  "block-user-agents",
  parseList,
  [],
  "User-Agent headers, whole or by regular expressions, that get 403 from everything.",
  PATTERN_HINT,
);

export const BLOCK_REFERERS = live("block-referers", parseList, [], "The same for the Referer header.", PATTERN_HINT);

export const BLOCK_SETTINGS: readonly LiveSetting<unknown>[] = [BLOCK_CIDRS, BLOCK_USER_AGENTS, BLOCK_REFERERS];

function readAddresses({ subject, global, report }: SettingsContext): AddressRanges | undefined {
  const good = liveSetting(global, BLOCK_CIDRS).filter((entry) => {
    if (parseAddressList(entry).ok) return true;
    report(settingBadEntry(subject, BLOCK_CIDRS.key, entry, "It is no address and no network", ADDRESS_LIST_HINT));
    return false;
  });
  const parsed = parseAddressList(good.join(","));
  return parsed.ok ? parsed.value : undefined;
}

/** Where a value has blanks NGINX's configuration needs quotes around it, and people write them everywhere. */
function unquoted(entry: string): string {
  return /^(["']).*\1$/s.test(entry) && entry.length > 1 ? entry.slice(1, -1) : entry;
}

function patternOf(entry: string): ClientPattern {
  if (entry.startsWith("~(?i)")) return { kind: "any-case", pattern: entry.substring(5) };
  if (entry.startsWith("~*")) return { kind: "any-case", pattern: entry.substring(2) };
  if (entry.startsWith("~")) return { kind: "by-case", pattern: entry.substring(1) };
  // As in NGINX's maps: a text that begins with a tilde has a backslash in front.
  return { kind: "text", pattern: (entry.startsWith("\\~") ? entry.substring(1) : entry).toLowerCase() };
}

/** What keeps a pattern from meaning the same in NGINX and in `limpet explain`; undefined: nothing. */
function faultOf({ kind, pattern }: ClientPattern): string | undefined {
  if (kind === "text") return undefined;
  if (kind === "by-case" && pattern.includes("(?i)")) return "(?i) stands at the beginning or nowhere";
  const translated = toJavaScript(toByteString(pattern));
  return translated.ok ? undefined : translated.why;
}

function readPatterns(context: SettingsContext, setting: LiveSetting<readonly string[]>): readonly ClientPattern[] {
  return liveSetting(context.global, setting).flatMap((entry) => {
    const found = patternOf(unquoted(entry));
    const why = faultOf(found);
    if (why === undefined) return found;
    const wrong = `It is no regular expression that is served (${why})`;
    context.report(settingBadEntry(context.subject, setting.key, entry, wrong, PATTERN_HINT));
    return [];
  });
}

/**
 * Who is served nothing. An entry that cannot be used is left out and is an error: it says of some client that it is to be
 * kept out, and of no other one that it may come in.
 */
export function readBlockedClients(context: SettingsContext): BlockPolicy | undefined {
  const addresses = readAddresses(context);
  const agents = readPatterns(context, BLOCK_USER_AGENTS);
  const referers = readPatterns(context, BLOCK_REFERERS);
  const policy: BlockPolicy = {
    ...(addresses && { addresses }),
    ...(agents.length > 0 && { agents }),
    ...(referers.length > 0 && { referers }),
  };
  return Object.keys(policy).length === 0 ? undefined : policy;
}
