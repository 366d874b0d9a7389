// CloudFront: what is kept, and what passes.
import { environmentOf, type Name, properties, stackOf, sub } from './deployments';
import { at, many, ofType } from './package-stack';

/** Its tests. */
export function testCdn(): void {
  describe('CloudFront', () => {
    const behaviour = (name: Name) => at(properties(name, 'Cdn'), 'DistributionConfig', 'DefaultCacheBehavior');

    test('keeps public answers under path and query, never under Authorization, which does not pass', () => {
      const key = at(
        properties('cdnPublic', 'CdnCachePolicy'),
        'CachePolicyConfig',
        'ParametersInCacheKeyAndForwardedToOrigin',
      );
      expect(key).toMatchObject({
        QueryStringsConfig: { QueryStringBehavior: 'all' },
        HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Origin'] },
        CookiesConfig: { CookieBehavior: 'none' },
      });
      expect(JSON.stringify(stackOf('cdnPublic')).toLowerCase()).not.toContain('"authorization"');
      expect(behaviour('cdnPublic')).toMatchObject({
        CachePolicyId: { Ref: 'CdnCachePolicy' },
        ViewerProtocolPolicy: 'https-only',
      });
      expect(environmentOf('cdnPublic')).toMatchObject({
        EXIF_CACHE_CONTROL: 'public, max-age=300',
        EXIF_PUBLIC: '*', // or each answer would be private
      });
    });

    test('only it may call the function of a public deployment', () => {
      expect(properties('cdnPublic', 'HttpLambdaFunctionUrl')).toMatchObject({ AuthType: 'AWS_IAM' });
      expect(properties('cdnPublic', 'CdnAccess')).toMatchObject({
        OriginAccessControlConfig: { OriginAccessControlOriginType: 'lambda', SigningBehavior: 'always' },
      });
      const permissions = ofType(stackOf('cdnPublic'), 'AWS::Lambda::Permission').map(([, permission]) => permission);
      expect(permissions.map(({ Action }) => Action).sort()).toEqual([
        'lambda:InvokeFunction',
        'lambda:InvokeFunctionUrl',
      ]);
      for (const permission of permissions) {
        expect(permission).toMatchObject({
          Principal: 'cloudfront.amazonaws.com',
          SourceArn: sub(`arn:\${AWS::Partition}:cloudfront::\${AWS::AccountId}:distribution/\${Cdn}`),
        });
      }
    });

    test('caches no private answer, passes on the signed parts, and sends the requested host name in a header', () => {
      expect(behaviour('cdnPrivate')).toMatchObject({
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
      });
      expect(ofType(stackOf('cdnPrivate'), 'AWS::CloudFront::CachePolicy')).toEqual([]);
      expect(stackOf('cdnPrivate').Resources).not.toHaveProperty('CdnAccess');
      expect(environmentOf('cdnPrivate')).toMatchObject({
        EXIF_HOSTS: 'exif.example.com=s3://photos',
        EXIF_HOST_HEADER: 'x-forwarded-host',
        EXIF_KEYS: 'ssm:/bucket-exif/dev/keys',
      });
      const code = String(properties('cdnPrivate', 'CdnHostFunction')['FunctionCode']);
      const run = new Function('event', `${code}\nreturn handler(event);`) as (event: unknown) => unknown;
      expect(run({ request: { headers: { host: { value: 'exif.example.com' } } } })).toEqual({
        headers: { host: { value: 'exif.example.com' }, 'x-forwarded-host': { value: 'exif.example.com' } },
      });
    });

    test('has names that a stack in another region does not have', () => {
      const named = [
        at(properties('cdnPublic', 'CdnCachePolicy'), 'CachePolicyConfig', 'Name'),
        at(properties('cdnPublic', 'CdnRequestPolicy'), 'OriginRequestPolicyConfig', 'Name'),
        at(properties('cdnPublic', 'CdnAccess'), 'OriginAccessControlConfig', 'Name'),
      ];
      expect(named).toEqual(named.map(() => sub(`bucket-exif-dev-\${AWS::Region}`)));
      expect(properties('cdnPrivate', 'CdnHostFunction')['Name']).toEqual(sub(`bucket-exif-dev-\${AWS::Region}-host`));
    });

    test('keeps no error', () => {
      for (const name of ['cdnPublic', 'cdnPrivate'] as const) {
        const errors = many(at(properties(name, 'Cdn'), 'DistributionConfig', 'CustomErrorResponses'));
        expect(errors.map((error) => at(error, 'ErrorCode'))).toEqual(expect.arrayContaining([403, 404, 503]));
        expect(errors.every((error) => at(error, 'ErrorCachingMinTTL') === 0)).toBe(true);
      }
    });
  });
}
