// Idle connections that wait for the next request, and data that arrives on them unexpectedly.

import type * as http from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Makes an agent close an idle connection as soon as data arrives on it, and returns the agent. Such data belongs to no
 * request: the next request could take it for its reply. Data that arrives after the next request was sent cannot be told
 * apart from the reply.
 */
export function closeOnStrayData<Agent extends http.Agent>(agent: Agent): Agent {
  const reuse = agent.reuseSocket.bind(agent);
  // Runs after the agent's own listener, which has pooled the connection, given it to a request, or closed it.
  agent.on('free', (socket: Duplex) => {
    const isIdle = Object.values(agent.freeSockets).some((kept) => kept?.some((one) => one === socket));
    if (isIdle) socket.on('data', close);
  });
  agent.reuseSocket = (socket, request) => {
    socket.off('data', close);
    reuse(socket, request);
  };
  return agent;
}

/**
 * Resolves when everything that arrived on idle connections is read. A connection that the other side closed, or wrote to,
 * while this process was frozen or busy is then gone. Without an idle connection it resolves at once.
 */
export async function drainPooled(agent: http.Agent): Promise<void> {
  if (Object.keys(agent.freeSockets).length === 0) return;
  // The first turn of the event loop may end before it polls the connections; the second one polls them first.
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}

function close(this: Duplex): void {
  this.destroy();
}
