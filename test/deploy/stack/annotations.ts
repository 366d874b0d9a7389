// The rights for a cache in annotations of the images.
import { environmentOf, kms, names, stackOf, sub } from './deployments';
import { at, many, ofType, roleStatements } from './package-stack';

/** Its tests. */
export function testAnnotations(): void {
  describe('a cache in annotations', () => {
    const roles = ['HttpFunctionRole', 'UploadFunctionRole', 'BatchFunctionRole'];
    const actionsOf = (role: string) =>
      roleStatements(stackOf('annotations'), role).flatMap((statement) => many(statement['Action']).map(String));

    test('each function may read and write them on the images that it may read, and not remove or list them', () => {
      const actions = ['s3:GetObjectAnnotation', 's3:PutObjectAnnotation'];
      for (const role of roles) {
        const granted = roleStatements(stackOf('annotations'), role).filter((statement) =>
          many(statement['Action']).some((action) => String(action).includes('Annotation')),
        );
        expect(granted).toEqual(
          ['photos/in/*', 'more/*'].map((keys) => ({
            Effect: 'Allow',
            Action: actions,
            Resource: sub(`arn:\${AWS::Partition}:s3:::${keys}`),
          })),
        );
        expect(actionsOf(role)).not.toContain('s3:PutObject');
      }
    });

    test('keys of KMS may encrypt, because annotations are encrypted as their object', () => {
      const statements = roleStatements(stackOf('annotations'), 'HttpFunctionRole');
      const [found] = statements.filter(({ Resource }) => many(Resource).includes(kms));
      expect(found?.['Action']).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
    });

    test('uploads are followed, and events of annotations are not sent to the functions', () => {
      expect(environmentOf('annotations', 'UploadLambdaFunction')).toMatchObject({
        EXIF_CACHE: expect.stringMatching(/^annotation:exif\?checked=[0-9a-f]{16}\+[0-9a-f]{16}$/),
        EXIF_FRESHNESS: 'trust',
      });
      const [[, rule] = []] = ofType(stackOf('annotations'), 'AWS::Events::Rule');
      expect(at(rule, 'EventPattern', 'detail-type')).toEqual(['Object Created', 'Object Deleted']);
    });

    test('no other deployment may touch annotations', () => {
      for (const name of names.filter((other) => other !== 'annotations'))
        expect(JSON.stringify(stackOf(name).Resources)).not.toContain('Annotation');
    });
  });
}
