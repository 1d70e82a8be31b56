import { pendingGroup } from "../pending.ts";

export const CANARY_ANNOTATIONS = pendingGroup("Canary", [
  ["canary", "I", "D", "M", "Makes the Ingress an alternative that gets a share of the requests.", "`false`"],
  ["canary-weight", "I", "D", "M", "The share of the canary.", "`0`"],
  ["canary-weight-total", "I", "D", "L", "What the weight is a share of.", "`100`"],
  ["canary-by-header", "I", "D", "M", "A request header that says `always` or `never`.", "none"],
  ["canary-by-header-value", "I", "D", "M", "The value of that header that chooses the canary.", "none"],
  ["canary-by-header-pattern", "I", "D", "L", "A regular expression for the value of that header.", "none"],
  ["canary-by-cookie", "I", "D", "M", "A cookie that says `always` or `never`.", "none"],
]);

export const RETRY_ANNOTATIONS = pendingGroup("Timeouts and retries", [
  ["proxy-next-upstream", "L", "D", "M", "Which failures are tried again.", "`error timeout`"],
  ["proxy-next-upstream-tries", "L", "D", "M", "Attempts in all.", "`3`"],
  ["proxy-next-upstream-timeout", "L", "D", "L", "Seconds that all attempts may take.", "`0`: no limit"],
  ["proxy-connect-timeout", "L", "D", "H", "Seconds until a connection counts as failed.", "`5`"],
  ["proxy-send-timeout", "L", "D", "H", "Seconds between two writes to the endpoint.", "`60`"],
  ["proxy-read-timeout", "L", "D", "H", "Seconds between two reads from the endpoint.", "`60`"],
]);
