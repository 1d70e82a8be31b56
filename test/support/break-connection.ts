import type { Socket } from "node:net";

/**
 * Breaks a connection (TCP RST), or closes it where it is being shut down already: the kernel is told of a reset in vain
 * then, and Node, which believes that it is closed, spins at its exit for as long as the socket lives.
 */
export function breakConnection(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
