// `npm run cloudformation -- --param bucket=photos ...`: makes the zip and a plain CloudFormation template, with the options of
// `serverless package`, and prints the commands that deploy them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainTemplate } from './plain-template';

/** The text of --help. */
const usage = `Makes the zip of the functions and a CloudFormation template that needs no other tool.

Usage: npm run cloudformation -- --param bucket=photos [--stage prod] [--param <name>=<value>] ...

  --param NAME=VALUE  a parameter of the deployment: docs/aws.md lists them
  --stage NAME        part of the names of the functions (default: dev)
  --region NAME       the region of the stack (default: us-east-1)
  --help              this text

Writes .serverless/bucket-exif.zip and .serverless/bucket-exif.template.json, and prints the commands that deploy them.
`;

/** The file that this program writes. */
const templateFile = '.serverless/bucket-exif.template.json';
const zipFile = '.serverless/bucket-exif.zip';

function main(args: readonly string[]): void {
  if (args.includes('--help')) {
    process.stdout.write(usage);
    return;
  }
  const { status } = spawnSync('npm', ['run', '--silent', 'package', '--', ...args], { stdio: 'inherit' });
  if (status !== 0) {
    process.exitCode = status ?? 1;
    return;
  }
  const made = readFileSync(join('.serverless', 'cloudformation-template-update-stack.json'), 'utf8');
  const hash = createHash('sha256').update(readFileSync(zipFile)).digest('hex').slice(0, 16);
  const codeKey = `bucket-exif-${hash}.zip`;
  writeFileSync(templateFile, `${JSON.stringify(plainTemplate(JSON.parse(made), codeKey), null, 2)}\n`);
  console.log(`
${templateFile} is a template for CloudFormation. To deploy it, with a bucket of yours for the zip:

  aws s3 cp ${zipFile} s3://CODE-BUCKET/${codeKey}
  aws cloudformation deploy --stack-name bucket-exif --template-file ${templateFile} \\
    --capabilities CAPABILITY_IAM --parameter-overrides CodeBucket=CODE-BUCKET`);
}

main(process.argv.slice(2));
