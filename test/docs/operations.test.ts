// docs/operations.md names all that there is to watch and to act upon, as the code has it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alarmResources } from '../../deploy/aws/alarms';
import type { StackParameters } from '../../deploy/aws/parameters';
import { logLine } from '../../lib/log-line';
import { problems } from '../../lib/problem';
import { newTrace } from '../../lib/read/trace';
import { settingNames } from '../../service/config/config';
import { withMetrics } from '../../service/metrics';

const root = join(__dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'operations.md'), 'utf8');
/** The rows of its tables, by their first cell. */
const rows = new Map(
  [...page.matchAll(/^\| (.+) \|$/gm)].map(([, row = '']) => {
    const [first = '', ...cells] = row.split(' | ');
    return [first, cells] as const;
  }),
);

test.each(Object.entries(problems))(
  'the code %s stands there with its status, and as callers see it',
  (code, { status, code: seen }) => {
    expect(rows.get(`\`${code}\``)?.slice(0, 2)).toEqual([String(status), `\`${seen}\``]);
  },
);

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

test('every setting that it names is one', () => {
  const named = new Set(page.match(/\bEXIF_[A-Z_]+/g));
  expect([...named].filter((name) => !settingNames.includes(name))).toEqual([]);
});

test('links within it and to other pages lead somewhere', () => {
  const slugs = new Set(
    [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-')),
  );
  const links = [...page.matchAll(/\]\(([^)]*)\)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => link.startsWith('#') && !slugs.has(link.slice(1)))).toEqual([]);
  expect(links.filter((link) => !link.startsWith('#') && !/^(aws|scf|cache|auth)\.md(#|$)/.test(link))).toEqual([]);
});
