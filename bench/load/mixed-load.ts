// Load on several paths of one server in turn, by autocannon, in a separate process. Prints the report as JSON.
//   node mixed-load.js <LoadPlan as JSON>

export type LoadPlan = Readonly<{
  origin: string;
  paths: readonly string[];
  headers?: Readonly<Record<string, string>>;
  connections: number;
  seconds: number;
}>;

type Autocannon = (options: Readonly<Record<string, unknown>>) => Promise<unknown>;

async function main([plan = '']: readonly string[]): Promise<void> {
  const { origin, paths, headers = {}, connections, seconds } = JSON.parse(plan) as LoadPlan;
  const autocannon = require('autocannon') as Autocannon;
  const requests = paths.map((path) => ({ method: 'GET', path, headers }));
  const report = await autocannon({ url: origin, connections, duration: seconds, requests });
  process.stdout.write(JSON.stringify(report));
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error}\n`);
    process.exitCode = 1;
  });
}
