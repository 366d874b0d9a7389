// Mutates signed requests, and exits 1 when the verifier accepts one that nobody signed.
//   node dist/check/fuzz-auth.js --count 200000
import { program, progressLine, runMain, UsageError } from '../testing/program/program';
import { formatTable } from '../testing/program/table';
import { fuzz, type Tally, type Violation } from './auth/harness';
import { type CarrierName, carriers } from './auth/plan';
import { defaultRules, type SchemeName } from './auth/rules';
import { toVerdict } from './auth/target';
import { printWire } from './auth/wire';

const help = `Usage: npm run fuzz:auth -- [option] ...

Signs random requests with signers that share nothing with lib/auth, changes them, and compares the verdict of lib/auth
with an oracle's.

  --count N                    changed requests for each carrier (default 200000)
  --seed N                     other requests (default 1)
  --only CARRIER               one of ${carriers.join(', ')}
  --unsigned-operation LIST    schemes that may leave the operation unsigned: cos, sigv4, both with a comma, or none
                               (default cos)
  --violations N               stop a carrier after this many violations (default 10)
  --help

Mutations/s counts seconds of processor time. Exit code 1: a request was accepted that differs from what was signed, a
correctly signed one was refused, an error was thrown, or no changed request at all was accepted.
`;

/** Runs the program; returns the exit code. */
export const main = program({
  name: 'fuzz-auth',
  help,
  options: { count: 'count', seed: 'count', only: 'text', violations: 'count', 'unsigned-operation': 'list' },
  async run({ count = 200_000, seed = 1, violations: maxViolations = 10, only, 'unsigned-operation': unsigned }) {
    const chosen = carriers.filter((name) => only === undefined || only === name);
    if (chosen.length === 0) throw new UsageError(`--only must be one of ${carriers.join(', ')}, got "${only}"`);
    const rules = { ...defaultRules, unsignedOperation: schemesOf(unsigned ?? ['cos']) };
    const tallies = new Map<CarrierName, Tally>();
    for (const carrier of chosen) {
      const progress = (done: number) => progressLine(`${carrier} ${done}/${count}`);
      const tally = await fuzz({ carrier, count, seed, rules, maxViolations, verdict: toVerdict(rules), progress });
      progressLine('');
      for (const violation of tally.violations) console.error(printViolation(carrier, violation));
      tallies.set(carrier, tally);
    }
    console.log(report(tallies));
    return [...tallies.values()].every((tally) => tally.violations.length === 0 && tally.acceptedEqual > 0) ? 0 : 1;
  },
});

function schemesOf(names: readonly string[]): ReadonlySet<SchemeName> {
  const schemes = names.filter((name) => name !== 'none');
  if (schemes.every(isScheme)) return new Set(schemes);
  throw new UsageError(`--unsigned-operation takes cos, sigv4 or none, got "${names}"`);
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
    'requests equal to what was signed but refused, in every 8th refusal:',
    ...equal,
  ].join('\n');
}

if (require.main === module) runMain(main);
