// What holds for every deployment: rights, sources, buckets, logs, dead letters.
import { arnOf, deployments, here, names, stackOf } from './deployments';
import { at, many, namesIn, ofType, roleStatements, statementsOf } from './package-stack';

/** Its tests. */
export function testEvery(): void {
  describe.each(names)('every deployment: %s', (name) => {
    test('each function has its own role, which only Lambda of this account may assume', () => {
      const stack = stackOf(name);
      const roles = ofType(stack, 'AWS::Lambda::Function').map(([, { Role }]) => String(at(Role, 'Fn::GetAtt', 0)));
      expect(roles.length).toBeGreaterThan(0);
      expect(new Set(roles).size).toBe(roles.length);
      for (const role of roles) {
        expect(stack.Resources[role]?.Type).toBe('AWS::IAM::Role');
        expect(statementsOf(stack.Resources[role]?.Properties['AssumeRolePolicyDocument'])).toEqual([
          {
            Effect: 'Allow',
            Principal: { Service: 'lambda.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: here,
          },
        ]);
        expect(stack.Resources[role]?.Properties).not.toHaveProperty('ManagedPolicyArns');
      }
    });

    test('no role may do anything to everything', () => {
      const stack = stackOf(name);
      expect(ofType(stack, 'AWS::IAM::Policy')).toEqual([]);
      for (const [role] of ofType(stack, 'AWS::IAM::Role')) {
        for (const statement of roleStatements(stack, role)) {
          expect(Object.keys(statement)).toEqual(expect.arrayContaining(['Effect', 'Action', 'Resource']));
          for (const action of many(statement['Action'])) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
          for (const resource of many(statement['Resource'])) expect(isBounded(resource)).toBe(true);
        }
      }
    });

    test('no statement of a resource lets a service in but for one source', () => {
      const stack = stackOf(name);
      const documents = ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy', 'AWS::S3::BucketPolicy']
        .flatMap((type) => ofType(stack, type))
        .map(([, { PolicyDocument }]) => PolicyDocument);
      for (const statement of documents.flatMap(statementsOf)) {
        if (statement['Effect'] === 'Deny') continue;
        expect(statement['Condition']).toMatchObject(here);
        expect(JSON.stringify(statement['Condition'])).toContain('aws:SourceArn');
      }
      for (const [, permission] of ofType(stack, 'AWS::Lambda::Permission')) {
        if (permission['Principal'] === '*') {
          // A Function URL that checks no caller: AWS has no other way to say it.
          expect(permission['FunctionUrlAuthType'] === 'NONE' || permission['InvokedViaFunctionUrl'] === true).toBe(
            true,
          );
          expect(deployments[name].params).toHaveProperty('callers', 'signed');
        } else expect(permission['SourceArn'] ?? permission['SourceAccount']).toBeDefined();
      }
    });

    test('no bucket is public', () => {
      const stack = stackOf(name);
      const buckets = ofType(stack, 'AWS::S3::Bucket');
      expect(buckets.length).toBeGreaterThan(0);
      for (const [, bucket] of buckets) {
        expect(bucket['PublicAccessBlockConfiguration']).toEqual({
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        });
        expect(bucket).toHaveProperty('BucketEncryption');
        expect(bucket).not.toHaveProperty('AccessControl');
        expect(bucket).not.toHaveProperty('WebsiteConfiguration');
      }
      const policies = ofType(stack, 'AWS::S3::BucketPolicy').flatMap(([, policy]) =>
        statementsOf(policy['PolicyDocument']),
      );
      expect(policies.every(({ Effect }) => Effect === 'Deny')).toBe(true);
    });

    test('each function has its log, with an end, and says what becomes of an event that fails', () => {
      const stack = stackOf(name);
      const logs = ofType(stack, 'AWS::Logs::LogGroup').map(([, log]) => log);
      for (const [, { FunctionName }] of ofType(stack, 'AWS::Lambda::Function')) {
        expect(logs).toContainEqual({
          LogGroupName: `/aws/lambda/${String(FunctionName)}`,
          RetentionInDays: name === 'full' ? 90 : 14,
        });
      }
      const configured = ofType(stack, 'AWS::Lambda::EventInvokeConfig').map(([, { FunctionName }]) =>
        at(FunctionName, 'Ref'),
      );
      expect(configured.sort()).toEqual(
        ofType(stack, 'AWS::Lambda::Function')
          .map(([id]) => id)
          .sort(),
      );
    });

    test('each queue that is worked from has dead letters', () => {
      const stack = stackOf(name);
      for (const [, source] of ofType(stack, 'AWS::Lambda::EventSourceMapping')) {
        const queue = String(at(source['EventSourceArn'], 'Fn::GetAtt', 0));
        const dead = String(
          at(stack.Resources[queue], 'Properties', 'RedrivePolicy', 'deadLetterTargetArn', 'Fn::GetAtt', 0),
        );
        expect(stack.Resources[dead]?.Type).toBe('AWS::SQS::Queue');
      }
      for (const [, rule] of ofType(stack, 'AWS::Events::Rule')) {
        for (const target of many(rule['Targets']))
          expect(at(target, 'DeadLetterConfig', 'Arn')).toEqual(arnOf('UploadDeadLetters'));
      }
    });

    test('every referenced name exists, and no resource depends on itself', () => {
      const { Resources, Outputs } = stackOf(name);
      const known = Object.keys(Resources);
      expect(namesIn(Outputs).filter((asked) => !known.includes(asked))).toEqual([]);
      const left = new Map(
        Object.entries(Resources).map(([id, { DependsOn, Properties }]) => [
          id,
          [...namesIn(Properties), ...many(DependsOn).map(String)],
        ]),
      );
      for (const asked of left.values()) expect(known).toEqual(expect.arrayContaining(asked));
      // What waits for nothing that is left can be made; in the end all must have been.
      for (let before = Number.POSITIVE_INFINITY; left.size < before; ) {
        before = left.size;
        for (const [id, asked] of left) if (!asked.some((other) => left.has(other))) left.delete(id);
      }
      expect([...left.keys()]).toEqual([]);
    });

    test('it works in every partition: no ARN has a fixed partition', () => {
      const given = new Set<string>(
        Object.values(deployments[name].params).flatMap((text: string) => [text, ...(text.match(/arn:[^,]+/g) ?? [])]),
      );
      const texts = JSON.stringify(stackOf(name).Resources).match(/"arn:aws:[^"]*"/g) ?? [];
      expect(texts.map((text) => text.slice(1, -1)).filter((text) => !given.has(text))).toEqual([]);
    });
  });
}

/** Not everything: `*` only behind a prefix of keys, the streams of a log, the versions of a function. */
function isBounded(resource: unknown): boolean {
  const text = at(resource, 'Fn::Sub') ?? at(resource, 'Fn::Join', 1, 1) ?? resource;
  if (typeof text !== 'string') return at(resource, 'Fn::GetAtt', 1) === 'Arn';
  if (at(resource, 'Fn::Join') !== undefined) return text === '*' && isBounded(at(resource, 'Fn::Join', 1, 0));
  return /^arn:[^*]*(:s3:::[a-z0-9.-]+\/[^*]*\*|:log-stream:\*)?$/.test(text);
}
