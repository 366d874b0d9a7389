// docs/operations.md and docs/errors.md name all that there is to watch and to act upon, as the code has it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alarmResources } from '../../deploy/aws/alarms';
import type { StackParameters } from '../../deploy/aws/parameters';
import { errNos } from '../../lib/http/err-no';
import type { ProblemCode } from '../../lib/problem';
import { problems } from '../../lib/problem-table';
import { logLine } from '../../lib/read/log-line';
import { newTrace } from '../../lib/read/trace';
import { settingNames } from '../../service/config/config';
import { withMetrics } from '../../service/metrics';
import { tablesOf } from './markdown';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'operations.md'), 'utf8');
const errors = readFileSync(join(root, 'docs', 'errors.md'), 'utf8');

/** The rows of the tables of a page, by their first cell. */
const rowsOf = (text: string): ReadonlyMap<string, readonly string[]> =>
  new Map(tablesOf(text).flatMap(({ rows }) => rows.map(([first = '', ...cells]) => [first, cells] as const)));
const rows = rowsOf(page);
const errorRows = rowsOf(errors);

test.each(Object.entries(problems))('docs/errors.md has %s as callers see it', (code, { status, code: sent }) => {
  const errNo = errNos[code as ProblemCode];
  const cell = `\`${sent}\`${errNo === undefined ? '' : ` ${errNo}`}`;
  expect(errorRows.get(`\`${code}\``)?.slice(0, 2)).toEqual([String(status), cell]);
});

test('docs/errors.md has no other code', () => {
  const codes = Object.keys(problems).map((code) => `\`${code}\``);
  expect([...errorRows.keys()].filter((code) => !codes.includes(code))).toEqual([]);
});

const job = {
  id: '1',
  trigger: 'test',
  act: 'forget',
  object: { bucket: 'b', key: 'k', order: { lastModified: null, sequencer: null } },
} as const;
const line = logLine(job, null, { ...newTrace(), error: new Error('a bug'), cacheProblem: new Error('another') }, 1);

test.each(Object.keys(line))('the member %s of the log is explained', (name) => {
  expect([...rows.keys()].join()).toContain(`\`${name}\``);
});

test.each(Object.entries(withMetrics(line, new Date(0))).filter(([name]) => /^[A-Z]/.test(name) && name !== 'Door'))(
  'the metric %s is explained',
  (name) => {
    expect([...rows.keys()].join()).toContain(`\`${name}\``);
  },
);

type Alarm = Readonly<{ Properties: Readonly<{ AlarmName: string }> }>;

test('each alarm has its advice in the docs', () => {
  const parameters = { alarms: 'on', alarmTopic: '', alarmEmail: '' } as StackParameters;
  const of = { name: 'x', functionNames: { http: 'h', upload: 'u', batch: 'b' }, faults: {} };
  const names = Object.values(alarmResources(parameters, of)).map((alarm) =>
    (alarm as Alarm).Properties.AlarmName.slice(2),
  );
  const told = [...rows.keys()].join();
  expect(names.length).toBeGreaterThan(9);
  expect(names.filter((name) => !told.includes(`\`${name}\``))).toEqual([]);
});

test('every setting that they name is one', () => {
  const named = new Set((page + errors).match(/\bEXIF_[A-Z_]+/g));
  expect([...named].filter((name) => !settingNames.includes(name))).toEqual([]);
});
