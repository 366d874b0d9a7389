// CloudFront as the public address of the Function URL, with `--param cdn=on`.
//
// callers=public: CloudFront caches answers by path and query, and does not send Authorization to the function. Only this
// distribution may call the function (origin access control).
//
// callers=signed: CloudFront caches nothing and sends all headers on. A cached answer would reach callers without the right
// to it (Authorization is not part of the cache key), or be sent after the signature in the query has expired.
import { attribute, type NamedValues, resource, sub } from './cloudformation';
import type { StackParameters } from './parameters';

/** Managed policies of AWS, with the same ids in every account: CachingDisabled and AllViewerExceptHostHeader. */
const cacheNothing = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const sendAllButHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

/** Seconds that an answer is cached at most, whatever its Cache-Control says. */
const maxSeconds = 31_536_000;
/** Errors that are not cached. By default CloudFront caches them for ten seconds, but the next request may be signed. */
const errors = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/** The distribution with its policies; nothing with cdn=off. `corsOrigins` is EXIF_CORS_ORIGINS. */
export function cdnResources(
  parameters: StackParameters,
  { name, corsOrigins }: Readonly<{ name: string; corsOrigins: string }>,
): NamedValues {
  const { cdn, callers, domain, certificate } = parameters;
  if (cdn === 'off') return {};
  const isPublic = callers === 'public';
  const tls = { SslSupportMethod: 'sni-only', MinimumProtocolVersion: 'TLSv1.2_2021' };
  // These names must be unique in the account, across all regions.
  const own = (suffix: string) => sub(`${name}-\${AWS::Region}${suffix}`);
  return {
    ...(isPublic ? { ...policies(own(''), corsOrigins), ...originAccess(own('')) } : hostFunction(own('-host'))),
    Cdn: resource('AWS::CloudFront::Distribution', {
      DistributionConfig: {
        Enabled: true,
        Comment: name,
        HttpVersion: 'http2and3',
        IPV6Enabled: true,
        PriceClass: parameters.cdnPriceClass,
        Origins: [origin(isPublic)],
        DefaultCacheBehavior: { ...everyBehaviour, ...(isPublic ? publicBehaviour : privateBehaviour) },
        CustomErrorResponses: errors.map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
        ...(domain === '' ? {} : { Aliases: [domain], ViewerCertificate: { AcmCertificateArn: certificate, ...tls } }),
      },
    }),
  };
}

const everyBehaviour = {
  TargetOriginId: 'function',
  ViewerProtocolPolicy: 'https-only',
  AllowedMethods: ['GET', 'HEAD', 'OPTIONS'],
  CachedMethods: ['GET', 'HEAD'],
  Compress: true,
};
const publicBehaviour = {
  CachePolicyId: { Ref: 'CdnCachePolicy' },
  OriginRequestPolicyId: { Ref: 'CdnRequestPolicy' },
};
const privateBehaviour = {
  CachePolicyId: cacheNothing,
  OriginRequestPolicyId: sendAllButHost,
  FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: attribute('CdnHostFunction', 'FunctionARN') }],
};

function origin(isPublic: boolean): NamedValues {
  const url = attribute('HttpLambdaFunctionUrl', 'FunctionUrl');
  return {
    Id: 'function',
    DomainName: { 'Fn::Select': [2, { 'Fn::Split': ['/', url] }] },
    CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'], OriginReadTimeout: 30 },
    ...(isPublic ? { OriginAccessControlId: attribute('CdnAccess', 'Id') } : {}),
  };
}

/**
 * The cache key is path and query. Cache-Control says how long an answer is cached; without it, it is not cached. When only
 * some origins are allowed, answers depend on Origin, which is part of the key then. The other headers are sent to the
 * function without being part of the key: Accept only changes errors, which are not cached.
 */
function policies(Name: NamedValues, corsOrigins: string): NamedValues {
  const byOrigin = corsOrigins !== '' && corsOrigins !== '*';
  const whole = { QueryStringsConfig: { QueryStringBehavior: 'all' }, CookiesConfig: { CookieBehavior: 'none' } };
  const headers = (...Headers: readonly string[]) => ({ HeaderBehavior: 'whitelist', Headers });
  const key = {
    ...whole,
    HeadersConfig: byOrigin ? headers('Origin') : { HeaderBehavior: 'none' },
    EnableAcceptEncodingGzip: true,
    EnableAcceptEncodingBrotli: true,
  };
  const sent = ['Accept', 'Access-Control-Request-Headers', 'Access-Control-Request-Method'];
  const HeadersConfig = headers(...sent, ...(byOrigin ? [] : ['Origin']));
  const seconds = { MinTTL: 0, DefaultTTL: 0, MaxTTL: maxSeconds };
  return {
    CdnCachePolicy: resource('AWS::CloudFront::CachePolicy', {
      CachePolicyConfig: { Name, ...seconds, ParametersInCacheKeyAndForwardedToOrigin: key },
    }),
    CdnRequestPolicy: resource('AWS::CloudFront::OriginRequestPolicy', {
      OriginRequestPolicyConfig: { Name, ...whole, HeadersConfig },
    }),
  };
}

/** CloudFront replaces Authorization with its own signature, and only this distribution may call the function. */
function originAccess(Name: NamedValues): NamedValues {
  const permission = (Action: string): NamedValues =>
    resource('AWS::Lambda::Permission', {
      FunctionName: attribute('HttpLambdaFunction', 'Arn'),
      Action,
      Principal: 'cloudfront.amazonaws.com',
      SourceArn: sub(`arn:\${AWS::Partition}:cloudfront::\${AWS::AccountId}:distribution/\${Cdn}`),
      ...(Action === 'lambda:InvokeFunction' ? { InvokedViaFunctionUrl: true } : { FunctionUrlAuthType: 'AWS_IAM' }),
    });
  return {
    CdnAccess: resource('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: {
        Name,
        OriginAccessControlOriginType: 'lambda',
        SigningBehavior: 'always',
        SigningProtocol: 'sigv4',
      },
    }),
    CdnUrlPermission: permission('lambda:InvokeFunctionUrl'),
    CdnPermission: permission('lambda:InvokeFunction'),
  };
}

/** Copies the host name that the caller signed to another header: the Function URL needs its own name in Host. */
function hostFunction(Name: NamedValues): NamedValues {
  const code = [
    'function handler(event) {',
    '  var request = event.request;',
    "  request.headers['x-forwarded-host'] = { value: request.headers.host.value };",
    '  return request;',
    '}',
  ];
  return {
    CdnHostFunction: resource('AWS::CloudFront::Function', {
      Name,
      AutoPublish: true,
      FunctionCode: code.join('\n'),
      FunctionConfig: { Comment: 'Copies the host name to x-forwarded-host', Runtime: 'cloudfront-js-2.0' },
    }),
  };
}

/** The host name of the distribution. */
export function cdnOutputs({ cdn, domain }: StackParameters): NamedValues {
  if (cdn === 'off') return {};
  const Value = attribute('Cdn', 'DomainName');
  const Description =
    domain === '' ? 'Host name to call, https only' : `Point the DNS record of ${domain} to it (CNAME or alias)`;
  return { CdnHost: { Description, Value } };
}
