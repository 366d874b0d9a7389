// The Terraform file is not executed. This compares the rights that it names with those that serverless.yml gives.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackParameters } from '../../deploy/aws/parameters';
import { functionRoles } from '../../deploy/aws/roles';

const text = readFileSync(join(__dirname, '..', '..', 'examples', 'terraform', 'main.tf'), 'utf8');

test('it says first that nobody has applied it', () => {
  expect(text).toMatch(/^# NOT EXECUTED/);
});

test('it names the rights of the functions http and upload, and no others', () => {
  const parameters = { cache: 's3://photos-exif', sink: '', kmsKeys: [] as readonly string[] } as StackParameters;
  const places = { settings: {}, sinks: {}, buckets: [{ name: 'photos', prefix: 'in/' }] };
  const roles = functionRoles(parameters, places, { http: 'http', upload: 'upload' });
  const actions = (source: string): readonly string[] =>
    [...new Set(source.match(/(?<=")(logs|s3|sqs):[A-Z]\w+(?=")/g))].filter((action) => action !== 's3:prefix').sort();
  expect(actions(text)).toEqual(actions(JSON.stringify(roles)));
});
