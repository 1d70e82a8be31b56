import { pendingGroup } from "../pending.ts";

export const RETRY_ANNOTATIONS = pendingGroup("Timeouts and retries", [
  ["proxy-next-upstream", "L", "D", "M", "Which failures are tried again.", "`error timeout`"],
  ["proxy-next-upstream-tries", "L", "D", "M", "Attempts in all.", "`3`"],
  ["proxy-next-upstream-timeout", "L", "D", "L", "Seconds that all attempts may take.", "`0`: no limit"],
  ["proxy-connect-timeout", "L", "D", "H", "Seconds until a connection counts as failed.", "`5`"],
  ["proxy-send-timeout", "L", "D", "H", "Seconds between two writes to the endpoint.", "`60`"],
  ["proxy-read-timeout", "L", "D", "H", "Seconds between two reads from the endpoint.", "`60`"],
]);
