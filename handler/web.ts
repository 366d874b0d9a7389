// A server with all its settings in the environment: the SCF Web function (deploy/scf) and the container (Dockerfile).
import { processEnv } from '../service/config/config';
import { startServer } from '../service/server/start-server';

/**
 * Only scf_bootstrap gives this option, because on SCF the platform writes these headers. Elsewhere a client could send them.
 */
const roleFromHeaders = process.argv.includes('--role-from-headers');

/** Writes a sentence to the log as a warning (handler/start.ts). */
export const warn = startServer(processEnv, { roleFromHeaders });
