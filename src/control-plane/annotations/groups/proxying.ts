import { pendingGroup } from "../pending.ts";

export const HEADER_ANNOTATIONS = pendingGroup("Headers and cookies", [
  ["upstream-vhost", "L", "R", "M", "The Host header that endpoints see.", "the client's"],
  ["x-forwarded-prefix", "L", "R", "M", "A header added where the path is rewritten.", "none"],
]);
