// Protects a server that only this machine can reach from web pages in the browsers of this machine.
import { isIPv4 } from 'node:net';
import { hostName } from '../../lib/http/request';
import { type JobDeps, refuseJob } from '../../lib/job';
import { ProblemError } from '../../lib/problem';
import type { JobRunner } from '../schedule';

/** Whether a host name or an IP address always means this machine. */
export function isLoopback(address: string): boolean {
  const plain = address
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/^::ffff:(?=[\d.]+$)/, '');
  return plain === 'localhost' || plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

/**
 * `run`, which refuses requests while `isLocal()`, except to names of this machine, of EXIF_HOSTS, or of a bucket. So a web page
 * whose host name resolves to this machine (DNS rebinding) cannot read what is served here.
 */
export function onlyLocalNames(run: JobRunner, deps: JobDeps, isLocal: () => boolean): JobRunner {
  const stranger = new ProblemError(
    'AccessDenied',
    'Cannot answer on a loopback address: the host name of the request is not local and not in EXIF_HOSTS',
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
