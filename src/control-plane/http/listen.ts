import type { ListenOptions, Server } from "node:net";

/**
 * Has a server listen; gives the port that it has then, which the system chose where it was asked for 0.
 *
 * @param failure what is thrown when it cannot
 */
export async function listen(
  server: Server,
  where: ListenOptions & { readonly port: number },
  failure: (error: NodeJS.ErrnoException) => Error,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", (error) => reject(failure(error)));
  server.listen(where, resolve);
  await promise;
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : where.port;
}
