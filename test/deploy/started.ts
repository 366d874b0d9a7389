// A server in a process of its own: started, asked, stopped, and all that it printed.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';

export type StartedServer = Readonly<{
  child: ChildProcess;
  port: number;
  /** Everything printed so far. */
  printed(): string;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  /** The exit code after `signal`. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}>;

export type Reply = Readonly<{ status: number; headers: IncomingHttpHeaders; body: string }>;

/** Resolves when it says on which port it listens; rejects with what it printed when it ends before. */
export async function start(command: string, args: readonly string[], options: SpawnOptions): Promise<StartedServer> {
  const child = spawn(command, [...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  let text = '';
  const port = await new Promise<number>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      text += chunk.toString();
      const [, found] = /Listening on \S+:(\d+)/.exec(text) ?? [];
      if (found !== undefined) resolve(Number(found));
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`ended with ${code}: ${text}`)));
  });
  return {
    child,
    port,
    printed: () => text,
    get: (path, headers = {}) => get(port, path, headers),
    stop(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

async function get(port: number, path: string, headers: Record<string, string>): Promise<Reply> {
  const asked = request({ host: '127.0.0.1', port, path, headers, agent: false }).end();
  const [reply] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of reply) chunks.push(chunk as Buffer);
  return { status: reply.statusCode ?? 0, headers: reply.headers, body: Buffer.concat(chunks).toString('utf8') };
}
