// Mutates signed requests, and exits 1 when the verifier accepts one that nobody signed.
//   node dist/check/fuzz-auth.js --count 200000
import { parseArgs } from 'node:util';
import { runMain } from '../testing/program/run-main';
import { formatTable } from '../testing/program/table';
import { fuzz, type Tally, type Violation } from './auth/harness';
import { type CarrierName, carriers } from './auth/plan';
import { defaultRules, type Rules, type SchemeName } from './auth/rules';
import { toVerdict } from './auth/target';
import { printWire } from './auth/wire';

const help = `Usage: npm run fuzz:auth -- [option] ...

Signs random requests with a signer of its own, mutates them, and compares the verdict of lib/auth with an oracle's.

  --count N                    mutations for each carrier (default 200000)
  --seed N                     another run (default 1)
  --only CARRIER               one of ${carriers.join(', ')}
  --unsigned-operation LIST    schemes that may leave the operation unsigned: cos, sigv4, both with a comma, or none
                               (default cos)
  --violations N               end a carrier after so many (default 10)
  --help

Mutations/s are those of a second of processor time. Exit code 1: a request was accepted that is not what was signed, one
signed well was refused, an error was thrown, or no mutated request was accepted at all.
`;

type Options = Readonly<{
  count: number;
  seed: number;
  maxViolations: number;
  carriers: readonly CarrierName[];
  rules: Rules;
}>;

/** Runs the command; the answer is the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    console.error(options);
    return options === help ? 0 : 2;
  }
  const { count, seed, rules, maxViolations } = options;
  const tallies = new Map<CarrierName, Tally>();
  for (const carrier of options.carriers) {
    const progress = (done: number) => showProgress(`${carrier} ${done}/${count}`);
    const tally = await fuzz({ carrier, count, seed, rules, maxViolations, verdict: toVerdict(rules), progress });
    showProgress('');
    for (const violation of tally.violations) console.error(printViolation(carrier, violation));
    tallies.set(carrier, tally);
  }
  console.log(report(tallies));
  return [...tallies.values()].every((tally) => tally.violations.length === 0 && tally.acceptedEqual > 0) ? 0 : 1;
}

function readOptions(args: readonly string[]): Options | string {
  const text = { type: 'string' } as const;
  const options = { count: text, seed: text, only: text, violations: text, 'unsigned-operation': text };
  let parsed: { values: { [name in keyof typeof options]?: string } & { help?: boolean } };
  try {
    parsed = parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean' } } });
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    return `fuzz-auth: ${reason}; see --help`;
  }
  const { values } = parsed;
  if (values.help === true) return help;
  const [count, seed, maxViolations] = [values.count ?? 200_000, values.seed ?? 1, values.violations ?? 10].map(Number);
  const only = carriers.filter((name) => values.only === undefined || values.only === name);
  const schemes = (values['unsigned-operation'] ?? 'cos').split(',').filter((name) => name !== 'none');
  const isNumber = (value: number | undefined): value is number => Number.isSafeInteger(value) && Number(value) > 0;
  if (!isNumber(count) || !isNumber(seed) || !isNumber(maxViolations)) return 'fuzz-auth: not a number; see --help';
  if (only.length === 0 || !schemes.every(isScheme)) return 'fuzz-auth: unknown carrier or scheme; see --help';
  const rules = { ...defaultRules, unsignedOperation: new Set(schemes.filter(isScheme)) };
  return { count, seed, maxViolations, carriers: only, rules };
}

function isScheme(name: string): name is SchemeName {
  return name === 'cos' || name === 'sigv4';
}

function printViolation(carrier: CarrierName, { reasons, mutations, original, mutated }: Violation): string {
  return [
    `FAILED: ${carrier}: ${reasons.join('; ')}`,
    `  by ${mutations.join(', ') || 'nothing'}`,
    '  signed',
    printWire(original),
    mutations.length === 0 ? '  sent' : '  and sent',
    printWire(mutated),
  ].join('\n');
}

function report(tallies: ReadonlyMap<CarrierName, Tally>): string {
  const head = ['carrier', 'mutations', 'refused', 'accepted equal', 'violations', 'mutations/s'];
  const rows = [...tallies].map(([carrier, { mutations, refused, acceptedEqual, violations, seconds }]) => [
    carrier,
    ...[mutations, refused, acceptedEqual, violations.length, Math.round(mutations / seconds)].map(String),
  ]);
  const equal = [...tallies].map(([carrier, { equalRefused }]) => {
    const codes = [...equalRefused].sort((a, b) => b[1] - a[1]).map(([code, count]) => `${code} ${count}`);
    return `  ${carrier}: ${codes.join(', ') || 'none'}`;
  });
  return [
    formatTable([head, ...rows]),
    '',
    'equal to what was signed and yet refused, of each 8th refused:',
    ...equal,
  ].join('\n');
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

if (require.main === module) {
  runMain(main);
}
