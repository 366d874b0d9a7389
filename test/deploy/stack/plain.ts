// The plain CloudFormation template: the stack of serverless without serverless.
import { type PlainTemplate, plainTemplate } from '../../../deploy/aws/plain-template';
import { type Name, names, stackOf } from './deployments';
import { at, many, namesIn, ofType, roleStatements, type Stack } from './package-stack';

const codeKey = 'bucket-exif-0123456789abcdef.zip';
const plainOf = (name: Name) => plainTemplate(stackOf(name), codeKey) as PlainTemplate & Stack;

/** The functions that a plain template may use: those that CloudFormation has without a transform. */
const intrinsic = ['Ref', 'Fn::GetAtt', 'Fn::Join', 'Fn::Select', 'Fn::Split', 'Fn::Sub'];

/** Every key of an object that looks like a function of CloudFormation. */
function functionsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key === 'Ref' || key.startsWith('Fn::') ? [key] : []),
    ...functionsIn(inner),
  ]);
}

/** Its tests. */
export function testPlain(): void {
  describe.each(names)('the plain CloudFormation template: %s', (name) => {
    test('nothing of serverless is left', () => {
      expect(JSON.stringify(plainOf(name))).not.toMatch(/serverless|"sls-/i);
    });

    test('every function takes its code from the parameters', () => {
      const functions = ofType(plainOf(name), 'AWS::Lambda::Function');
      expect(functions.length).toBeGreaterThan(0);
      for (const [, { Code }] of functions)
        expect(Code).toEqual({ S3Bucket: { Ref: 'CodeBucket' }, S3Key: { Ref: 'CodeKey' } });
    });

    test('every name that it uses exists, and every function is one of CloudFormation', () => {
      const { Parameters, Resources, Outputs } = plainOf(name);
      const known = [...Object.keys(Parameters), ...Object.keys(Resources)];
      const asked = [...namesIn(Resources), ...namesIn(Outputs)];
      const waited = Object.values(Resources).flatMap(({ DependsOn }) => many(DependsOn).map(String));
      expect([...asked, ...waited].filter((used) => !known.includes(used))).toEqual([]);
      expect(functionsIn({ Resources, Outputs }).filter((used) => !intrinsic.includes(used))).toEqual([]);
    });

    test('all other resources, and the rights of all roles, are those of serverless', () => {
      const { Resources } = plainOf(name);
      const from = stackOf(name);
      const gone = Object.entries(from.Resources).filter(([id]) => !(id in Resources));
      expect(gone.filter(([id, { Type }]) => !/^ServerlessDep/.test(id) && Type !== 'AWS::Lambda::Version')).toEqual(
        [],
      );
      for (const [id, resource] of Object.entries(Resources))
        if (resource.Type !== 'AWS::Lambda::Function') expect(resource).toBe(from.Resources[id]);
      for (const [role] of ofType(from, 'AWS::IAM::Role'))
        expect(roleStatements(plainOf(name), role)).toEqual(roleStatements(from, role));
    });

    test('aws cloudformation deploy accepts its size', () => {
      expect(JSON.stringify(plainOf(name), null, 2).length).toBeLessThan(51_200);
    });
  });

  test('the key of the zip has a default, that of the bucket has none', () => {
    const { Parameters } = plainOf('plain');
    expect(at(Parameters, 'CodeKey', 'Default')).toBe(codeKey);
    expect(at(Parameters, 'CodeBucket')).not.toHaveProperty('Default');
  });
}
