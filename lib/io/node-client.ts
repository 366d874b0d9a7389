// The module of Node for requests to a server.
import * as http from 'node:http';

/** node:http or node:https. Loading the latter takes 2 ms, which a function with a store on http need not wait for. */
export function nodeClient(secure: boolean): typeof import('node:http') | typeof import('node:https') {
  return secure ? (require('node:https') as typeof import('node:https')) : http;
}
