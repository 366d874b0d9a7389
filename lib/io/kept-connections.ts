// Connections that wait for the next request, and what comes over them meanwhile.

import type * as http from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * The agent, which from now on closes a kept connection as soon as anything comes over it. Nothing was asked for, so what
 * comes belongs to no request; left alone, the end of it could be taken for the reply to the next one. Bytes that come
 * after that one is sent cannot be told from its reply.
 */
export function closingStrays<Agent extends http.Agent>(agent: Agent): Agent {
  const reuse = agent.reuseSocket.bind(agent);
  // After the listener of the agent itself, which by now has kept the connection, given it to a request or closed it.
  agent.on('free', (socket: Duplex) => {
    const isKept = Object.values(agent.freeSockets).some((kept) => kept?.some((one) => one === socket));
    if (isKept) socket.on('data', close);
  });
  agent.reuseSocket = (socket, request) => {
    socket.off('data', close);
    reuse(socket, request);
  };
  return agent;
}

/**
 * Ends when all that had arrived over kept connections is read: one that the other side closed, or wrote to, while this
 * process was frozen or busy is gone then. Without a kept connection it ends at once.
 */
export async function readArrived(agent: http.Agent): Promise<void> {
  if (Object.keys(agent.freeSockets).length === 0) return;
  // The first turn of the event loop may end before it looks at connections again; the second one begins with that.
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}

function close(this: Duplex): void {
  this.destroy();
}
