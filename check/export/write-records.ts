// Writes made records as a Parquet file, as `bucket-exif export` does, and prints what it took as JSON.
//   node dist/check/export/write-records.js COUNT FILE
import { openRowFile } from '../../bin/export/row-file';
import { rowOf } from '../../lib/table/row';
import { makeRecord } from './records';
import { addTotals, noTotals } from './totals';

/** Records that are made before the clock runs. */
const together = 1000;

async function main(count: number, to: string): Promise<void> {
  const options = { to, file: { form: 'parquet', gzip: false }, overwrite: true, rawText: false } as const;
  const file = await openRowFile(options, 'check');
  const totals = noTotals();
  const took = { wall: 0, cpu: 0 };
  const timed = async (work: () => Promise<unknown>): Promise<void> => {
    const [started, cpu] = [performance.now(), process.cpuUsage()];
    await work();
    const { user, system } = process.cpuUsage(cpu);
    took.wall += performance.now() - started;
    took.cpu += (user + system) / 1000;
  };
  for (let at = 0; at < count; at += together) {
    const made = Array.from({ length: Math.min(together, count - at) }, (_, index) => makeRecord(at + index));
    for (const record of made) addTotals(totals, record);
    await timed(async () => {
      for (const { object, record } of made) await file.add(rowOf(object, { record, givesAway: ['serial'] }));
    });
  }
  await timed(() => file.finish());
  const { maxRSS } = process.resourceUsage();
  process.stdout.write(JSON.stringify({ ...took, rss: maxRSS * 1024, totals }));
}

main(Number(process.argv[2]), process.argv[3] ?? '').catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
