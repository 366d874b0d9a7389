// Load on several addresses of one server in turn, by autocannon, in a separate process. Prints the report as JSON.
//   node mixed-load.js <origin> <connections> <seconds> <path> <path> ..

type Autocannon = (options: Readonly<Record<string, unknown>>) => Promise<unknown>;

async function main([url = '', connections, seconds, ...paths]: readonly string[]): Promise<void> {
  if (!url.startsWith('http://127.0.0.1:')) throw new Error(`load goes to 127.0.0.1 only, not to ${url}`);
  const autocannon = require('autocannon') as Autocannon;
  const requests = paths.map((path) => ({ method: 'GET', path }));
  const report = await autocannon({ url, connections: Number(connections), duration: Number(seconds), requests });
  process.stdout.write(JSON.stringify(report));
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error}\n`);
    process.exitCode = 1;
  });
}
