import type { MirrorPolicy } from "../snapshot/route-policies.ts";

/** What a copy asks for. @param requestUri path and query as the client wrote them */
export function mirroredUri({ path, followed }: MirrorPolicy, requestUri: string): string {
  // A request to a proxy names a whole URL, and OPTIONS may name `*`: neither can follow a path.
  const own = requestUri.startsWith("/") ? requestUri : "/";
  if (path === "") return own;
  return followed ? `${path}${own}` : path;
}
