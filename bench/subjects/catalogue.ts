import { haproxy, haproxyBare } from "./haproxy.ts";
import { limpet, limpetSession } from "./limpet.ts";
import { nginxHash, nginxHashBare } from "./nginx-hash.ts";
import type { Subject } from "./subject.ts";

/** Everything that is measured, in the order of the tables. */
export const SUBJECTS: readonly Subject[] = [nginxHashBare, nginxHash, haproxyBare, haproxy, limpet, limpetSession];
