// Some hundred runs of the store that fails, and that the runs would notice what they are for.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Kind, partReply, type Stage } from '../../check/faults/kind';
import { kinds } from '../../check/faults/kinds';
import { runScenario, type WaitTimes } from '../../check/faults/run';
import { describe as describeRun, type Scenario, scenarios } from '../../check/faults/scenario';
import { main } from '../../check/store-faults';

const root = join(__dirname, '..', '..');

/** Runs compiled code in a process of its own: a rejection that nobody handles shows only there. */
async function nodeRun(...args: readonly string[]): Promise<Readonly<{ code: number; out: string }>> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  const [code] = await once(child, 'close');
  return { code: Number(code), out };
}

test('200 runs of a fixed seed: each answer is right or a problem that fits', async () => {
  const program = join('dist', 'check', 'store-faults.js');
  const { code, out } = await nodeRun(program, '--runs', '200', '--seed', '12', '--jobs', '8');
  expect(out.split('\n').filter((line) => line.startsWith('FAILED'))).toEqual([]);
  expect(out).toMatch(/^200 runs, \d+ of them repeated with more time, 0 failures$/m);
  expect(code).toBe(0);
  const [, kindCount, runs, right, problems] = /^(\d+) kinds +(\d+) +(\d+) +problems (\d+)$/m.exec(out) ?? [];
  expect([Number(kindCount), Number(runs)]).toEqual([kinds.length, 200]);
  expect(Math.min(Number(right), Number(problems))).toBeGreaterThan(50);
}, 1_200_000);

test('the command says what is wrong with its options', async () => {
  const lines: unknown[] = [];
  const log = jest.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
  const error = jest.spyOn(console, 'error').mockImplementation((line) => void lines.push(line));
  const codes = [];
  for (const args of [['--help'], ['--list'], ['--runs', 'x'], ['--only', 'none such'], ['--run', '9', '--runs', '9']])
    codes.push(await main(args));
  log.mockRestore();
  error.mockRestore();
  expect(codes).toEqual([0, 0, 2, 2, 2]);
  expect(lines[0]).toMatch(/^Usage: npm run faults/);
  expect(lines.slice(2)).toEqual(lines.slice(2).map(() => expect.stringMatching(/^faults: .*; see --/)));
});

describe('the scenarios', () => {
  test('are the same for the same seed, and others for another one', () => {
    const told = (seed: number) => scenarios(500, seed).map(describeRun);
    expect(told(5)).toEqual(told(5));
    expect(told(5)).not.toEqual(told(6));
  });

  test('contain each kind at each place, each read and each number', () => {
    const cells = (list: readonly Scenario[]) =>
      new Set(list.map(({ kind, place, target, times }) => `${kind.name}, ${place}, ${target}, ${times}`));
    const once = cells(scenarios(5_000, 1));
    expect(cells(scenarios(20_000, 2))).toEqual(once);
    expect(kinds.length).toBeGreaterThanOrEqual(40);
    expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
    for (const target of ['first', 'middle', 'last']) {
      for (const place of ['start', 'status line', 'header', 'body', 'end']) {
        for (const times of [1, 2, Number.POSITIVE_INFINITY]) {
          expect(once).toContain(`reset, ${place}, ${target}, ${times}`);
        }
      }
    }
  });
});

describe('a run notices', () => {
  const patience: WaitTimes = { stalledTry: 200, leak: 300 };
  const base: Kind = {
    name: 'made up',
    places: [],
    cure: 'unneeded',
    codes: () => [],
    ofObject: true,
    say: (stage) => void stage.socket.write(stage.reply),
  };
  const scenario = (kind: Partial<Kind>, more: Partial<Scenario> = {}): Scenario => ({
    ...{ index: 0, kind: { ...base, ...kind }, place: 'start', target: 'first', times: 1, image: 'small jpeg' },
    ...{ view: 'exif', trusting: false, pieces: false, wholeTime: false, seed: 1 },
    ...more,
  });
  const textsOf = async (one: Scenario): Promise<string> =>
    (await runScenario(one, patience)).violations.map(({ text }) => text).join('; ');

  test('nothing when nothing is wrong', async () => {
    expect(await textsOf(scenario({}))).toBe('');
  });

  test('the bytes of another object', async () => {
    // No client can see this one: all headers are right.
    const say = (stage: Stage): void => {
      const { object, range } = stage.foreign();
      if (stage.part !== null) stage.socket.write(partReply(stage.part, {}, object.subarray(range.start, range.end)));
    };
    expect(await textsOf(scenario({ say }))).toMatch(/^answered wrong/);
  });

  test('a problem that does not fit', async () => {
    const say = ({ socket }: Stage): void => void socket.end('HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n');
    expect(await textsOf(scenario({ say, cure: 'none', codes: () => ['BucketFault'] }))).toMatch(
      /^answered NoSuchKey .* allowed: right, BucketFault$/,
    );
  });

  test('a fault that the client must recover from, but does not', async () => {
    const say = ({ socket }: Stage): void => void socket.end('HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n');
    expect(await textsOf(scenario({ say, cure: 'retry', codes: () => ['AccessDenied'] }))).toMatch(
      /^answered AccessDenied/,
    );
  });

  test('a fault that never happened', async () => {
    expect(await textsOf(scenario({}, { target: 'cache put' }))).toBe('');
    expect(await textsOf(scenario({}, { times: 0 }))).toBe('the fault never happened');
  });

  test('connections that stay open', async () => {
    const held: Socket[] = [];
    const say = ({ socket, reply }: Stage): void => {
      for (let i = 0; i < 3; i++) held.push(connect(Number(socket.localPort), '127.0.0.1').on('error', () => {}));
      socket.write(reply);
    };
    expect(await textsOf(scenario({ say }))).toMatch(/^\d connections stay open, 2 may$/);
    for (const socket of held) socket.destroy();
  });

  test('more than three tries', async () => {
    const say = ({ socket, reply, request }: Stage): void => {
      const again = `GET ${request.path} HTTP/1.1\r\nRange: ${request.headers['range']}\r\n\r\n`;
      const other = connect(Number(socket.localPort), '127.0.0.1').on('error', () => {});
      other.end(again.repeat(3), () => setTimeout(() => socket.write(reply), 50));
    };
    expect(await textsOf(scenario({ say }))).toMatch(/4 tries of 1 reads: /);
  });

  test('a rejection that nobody handles', async () => {
    const script = `
      const watched = require('./dist/check/faults/run-all.js').watchProcess();
      Promise.reject(new Error('lost'));
      setTimeout(async () => console.log(JSON.stringify(await watched.end())), 20);`;
    expect(await nodeRun('-e', script)).toEqual({ code: 0, out: '["unhandled rejection: Error: lost"]\n' });
  });
});
