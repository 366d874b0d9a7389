// What the service answers itself, in front of the objects, as the settings turn it on. An object is asked for with a query, so
// no key is out of reach.
import type { Config } from '../config/config';
import type { Run } from '../create-handler';
import { withHealth } from './with-health';
import { withPage } from './with-page';

/** `run` with the page and the health check of `config` in front; `keys` are the objects that the page offers to look at. */
export function withOwnPaths(
  run: Run,
  { page, health }: Pick<Config, 'page' | 'health'>,
  keys: readonly string[],
): Run {
  const paged = page ? withPage(run, keys) : run;
  return health ? withHealth(paged) : paged;
}
