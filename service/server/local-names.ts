// Protects a server that only this machine can reach from the web pages that its browsers show.
import { isIPv4 } from 'node:net';
import { hostName } from '../../lib/http/request';
import { type JobDeps, refuseJob } from '../../lib/job';
import { ProblemError } from '../../lib/problem';
import type { Run } from '../create-handler';

/** Whether a host name or an IP address is this machine's own and leads nowhere else. */
export function isLoopback(address: string): boolean {
  const plain = address
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^::ffff:(?=[\d.]+$)/, '');
  return plain === 'localhost' || plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

/**
 * `run`, but while `isLocal()`, only for requests to names of this machine, of EXIF_HOSTS, or of a bucket: a web page whose
 * own name was made to lead to this machine (DNS rebinding) must not read what is served here.
 */
export function onlyLocalNames(run: Run, deps: JobDeps, isLocal: () => boolean): Run {
  const stranger = new ProblemError(
    'AccessDenied',
    'Cannot answer on a loopback address for the name of another host: EXIF_HOSTS does not name it',
    {
      safeDetail: 'Access Denied: this address answers only local host names and those of EXIF_HOSTS.',
    },
  );
  return (job, budget) => {
    if (job.act !== 'answer' || !isLocal()) return run(job, budget);
    const name = hostName(job.request);
    const isKnown = name === '' || isLoopback(name) || deps.routes.hosts.has(name);
    return isKnown ? run(job, budget) : refuseJob(job, deps, stranger);
  };
}
