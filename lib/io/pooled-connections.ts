// Protects idle connections: data that arrives on one unexpectedly must not be taken for the reply to the next request.

import type * as http from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Makes an agent close an idle connection as soon as data arrives on it, and returns the agent. Such data belongs to no
 * request, but the next request would take it for its reply. Data that arrives after the next request was sent cannot be
 * distinguished from its reply.
 */
export function closeOnStrayData<Agent extends http.Agent>(agent: Agent): Agent {
  const reuse = agent.reuseSocket.bind(agent);
  // The agent's own listener runs first. It puts the connection into the pool, gives it to a request, or closes it.
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
 * Resolves when all data that arrived on idle connections has been read. Connections that the server closed or wrote to, while
 * this process was frozen or busy, are closed by then. Resolves at once when no connection is idle.
 */
export async function drainPooled(agent: http.Agent): Promise<void> {
  if (Object.keys(agent.freeSockets).length === 0) return;
  // The first turn of the event loop may end before it polls the connections. The second one polls them at its start.
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}

function close(this: Duplex): void {
  this.destroy();
}
