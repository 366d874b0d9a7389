// The parts of `npm run bench` about the deployed function: its first answer and its warm ones.
import { loadavg } from 'node:os';
import { formatTable } from '../../testing/program/table';
import { canCompare, withContestants } from './contestants';
import { measureFirstAnswers } from './init';
import { eventOf, ourSettings, pictureStore, type Store } from './store';
import { measureWarm, type WarmRow } from './warm-calls';

type Settings = Readonly<{ corpus: string; quick: boolean; samples: string }>;

const healthSettings = (port: number) => ({ ...ourSettings(port, 'none'), EXIF_HEALTH: '1' });
/** Milliseconds that are added to each request, one table each. */
const delays = [0, 20] as const;

export async function benchFirstAnswers({ quick, corpus, samples }: Settings): Promise<void> {
  if (!canCompare('first answers of the deployed function')) return;
  const times = quick ? 5 : 15;
  await withStore(corpus, samples, (store) =>
    withContestants(async ({ empty, ours, baseline, baselineFiles }, client) => {
      const object = eventOf('jpeg');
      const unasked = { ...ours, name: 'ours, which asks no store', settings: healthSettings };
      const starters = [
        { program: empty, event: object },
        { program: unasked, event: { ...eventOf('-/health'), rawQueryString: '' } },
        ...[ours, baseline, baselineFiles].map((program) => ({ program, event: object })),
      ];
      const results = await measureFirstAnswers(starters, { client, port: store.port }, times);
      const [, , , usual] = results;
      const rows = results.map(({ name, ms, over, least }) => [
        name,
        ms.toFixed(0),
        over.toFixed(0),
        `${(over / (usual?.over ?? Number.NaN)).toFixed(2)} x`,
        `${(ms / (usual?.ms ?? Number.NaN)).toFixed(2)} x`,
        least.toFixed(0),
      ]);
      console.log(
        `From process start to the first answer, a JPEG in the S3 server: median of ${times}, taking turns; ${load()}`,
      );
      console.log('To reach: 40 ms over the empty handler, half of the bundled baseline');
      console.log(`${formatTable([['', 'ms', 'over empty', 'of baseline', 'whole', 'least ms'], ...rows])}\n`);
    }),
  );
}

export async function benchWarm({ quick, corpus, samples }: Settings): Promise<void> {
  if (!canCompare('warm calls of the deployed function')) return;
  const calls = quick ? 40 : 240;
  await withStore(corpus, samples, (store) =>
    withContestants(async (contestants, client) => {
      for (const { name, file, size } of store.objects) console.log(`${name}: ${file}, ${size} bytes`);
      for (const delayMs of delays) {
        const rows = await measureWarm(contestants, { client, store, delayMs, calls });
        console.log(
          `Warm calls over the S3 server, ${delayMs} ms added to each request: ${calls} calls each; ${load()}`,
        );
        console.log(`${warmTable(rows)}\n`);
      }
    }),
  );
}

function warmTable(rows: readonly WarmRow[]): string {
  const trip = rows.find(({ program }) => program === 'round trip')?.p50 ?? Number.NaN;
  const cells = rows.map(({ program, object, p50, p99, cpu }) => [
    `${program}: ${object}`,
    p50.toFixed(1),
    p99.toFixed(1),
    (p50 / trip).toFixed(2),
    (p50 - 1.1 * trip).toFixed(1),
    cpu === null ? '-' : cpu.toFixed(2),
  ]);
  return formatTable([['', 'p50 ms', 'p99 ms', 'round trips', 'over 1.1 of them', 'CPU ms'], ...cells]);
}

async function withStore(corpus: string, samples: string, use: (store: Store) => Promise<void>): Promise<void> {
  const store = await pictureStore(corpus, samples);
  try {
    await use(store);
  } finally {
    await store.stop();
  }
}

function load(): string {
  return `load ${loadavg()[0]?.toFixed(1)}`;
}
