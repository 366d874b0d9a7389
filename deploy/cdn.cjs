// CloudFront in front of the Function URL, by `--param cdn=on`.
//
// Public (callers=public): answers are kept, under path and query; Authorization is no part of that and does not pass. Only
// CloudFront may call the function, it signs as an origin access control.
//
// Private (callers=signed): nothing is kept and everything passes, Authorization too. A kept answer would be given to who
// has no right to it (Authorization is not in the key), or after the signature in the query has expired.
const { sub } = require('./statements.cjs');

/** Policies of AWS, the same in each account: CachingDisabled, AllViewerExceptHostHeader. */
const keepNothing = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const passAllButHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

/** Seconds for which an answer is kept at most, whatever it says. */
const mostSeconds = 31_536_000;
/** Not even for ten seconds, which is the default: the next request may be signed, or the store up again. */
const errors = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/** The distribution and what it needs; none where it is off. `corsOrigins`: EXIF_CORS_ORIGINS. */
function cdnResources(asked, { name, corsOrigins }) {
  if (asked.cdn === 'off') return {};
  const isPublic = asked.callers === 'public';
  // CloudFront has these names once an account, whatever region the stack is in.
  const own = (suffix) => sub(`${name}-\${AWS::Region}${suffix}`);
  return {
    ...(isPublic ? { ...policies(own(''), corsOrigins), ...originAccess(own('')) } : hostFunction(own('-host'))),
    Cdn: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Enabled: true,
          Comment: name,
          HttpVersion: 'http2and3',
          IPV6Enabled: true,
          PriceClass: asked.cdnPriceClass,
          Origins: [origin(isPublic)],
          DefaultCacheBehavior: { ...everyBehaviour, ...(isPublic ? publicBehaviour : privateBehaviour) },
          CustomErrorResponses: errors.map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
          ...(asked.domain === '' ? {} : ownDomain(asked)),
        },
      },
    },
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
  CachePolicyId: keepNothing,
  OriginRequestPolicyId: passAllButHost,
  FunctionAssociations: [
    { EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['CdnHostFunction', 'FunctionARN'] } },
  ],
};

function origin(isPublic) {
  const url = { 'Fn::GetAtt': ['HttpLambdaFunctionUrl', 'FunctionUrl'] };
  return {
    Id: 'function',
    DomainName: { 'Fn::Select': [2, { 'Fn::Split': ['/', url] }] },
    CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'], OriginReadTimeout: 30 },
    ...(isPublic ? { OriginAccessControlId: { 'Fn::GetAtt': ['CdnAccess', 'Id'] } } : {}),
  };
}

function ownDomain({ domain, certificate }) {
  return {
    Aliases: [domain],
    ViewerCertificate: {
      AcmCertificateArn: certificate,
      SslSupportMethod: 'sni-only',
      MinimumProtocolVersion: 'TLSv1.2_2021',
    },
  };
}

/** Answers to some origins only differ by Origin: then it is in the key, too. */
function policies(Name, corsOrigins) {
  const byOrigin = corsOrigins !== '' && corsOrigins !== '*';
  return { ...cachePolicy(Name, byOrigin ? ['Origin'] : []), ...requestPolicy(Name, byOrigin ? [] : ['Origin']) };
}

const whole = { QueryStringsConfig: { QueryStringBehavior: 'all' }, CookiesConfig: { CookieBehavior: 'none' } };

/** Path and query are the key. Cache-Control decides for how long; an answer without it is not kept. */
function cachePolicy(Name, Headers) {
  const HeadersConfig = Headers.length > 0 ? { HeaderBehavior: 'whitelist', Headers } : { HeaderBehavior: 'none' };
  const key = { ...whole, HeadersConfig, EnableAcceptEncodingGzip: true, EnableAcceptEncodingBrotli: true };
  return {
    CdnCachePolicy: {
      Type: 'AWS::CloudFront::CachePolicy',
      Properties: {
        CachePolicyConfig: {
          Name,
          MinTTL: 0,
          DefaultTTL: 0,
          MaxTTL: mostSeconds,
          ParametersInCacheKeyAndForwardedToOrigin: key,
        },
      },
    },
  };
}

/** What passes beside the key. Accept decides how an error is written, and errors are not kept. */
function requestPolicy(Name, more) {
  const Headers = ['Accept', 'Access-Control-Request-Headers', 'Access-Control-Request-Method', ...more];
  return {
    CdnRequestPolicy: {
      Type: 'AWS::CloudFront::OriginRequestPolicy',
      Properties: {
        OriginRequestPolicyConfig: { Name, ...whole, HeadersConfig: { HeaderBehavior: 'whitelist', Headers } },
      },
    },
  };
}

/** CloudFront signs what it sends, in place of whatever Authorization came; this distribution may call the function. */
function originAccess(Name) {
  const permission = (Action) => ({
    Type: 'AWS::Lambda::Permission',
    Properties: {
      FunctionName: { 'Fn::GetAtt': ['HttpLambdaFunction', 'Arn'] },
      Action,
      Principal: 'cloudfront.amazonaws.com',
      SourceArn: sub(`arn:\${AWS::Partition}:cloudfront::\${AWS::AccountId}:distribution/\${Cdn}`),
      ...(Action === 'lambda:InvokeFunction' ? { InvokedViaFunctionUrl: true } : { FunctionUrlAuthType: 'AWS_IAM' }),
    },
  });
  return {
    CdnAccess: {
      Type: 'AWS::CloudFront::OriginAccessControl',
      Properties: {
        OriginAccessControlConfig: {
          Name,
          OriginAccessControlOriginType: 'lambda',
          SigningBehavior: 'always',
          SigningProtocol: 'sigv4',
        },
      },
    },
    CdnUrlPermission: permission('lambda:InvokeFunctionUrl'),
    CdnPermission: permission('lambda:InvokeFunction'),
  };
}

/** The host that was asked, and signed, in a header of its own: the Function URL must be asked by its own name. */
function hostFunction(Name) {
  const code = [
    'function handler(event) {',
    '  var request = event.request;',
    "  request.headers['x-forwarded-host'] = { value: request.headers.host.value };",
    '  return request;',
    '}',
  ];
  return {
    CdnHostFunction: {
      Type: 'AWS::CloudFront::Function',
      Properties: {
        Name,
        AutoPublish: true,
        FunctionCode: code.join('\n'),
        FunctionConfig: { Comment: 'Hands on the host that was asked', Runtime: 'cloudfront-js-2.0' },
      },
    },
  };
}

/** Where to ask; and what a domain of one's own must lead to. */
function cdnOutputs({ cdn, domain }) {
  if (cdn === 'off') return {};
  const Value = { 'Fn::GetAtt': ['Cdn', 'DomainName'] };
  const Description = domain === '' ? 'Host to ask, https only' : `Let ${domain} lead to it (CNAME or alias)`;
  return { CdnHost: { Description, Value } };
}

module.exports = { cdnResources, cdnOutputs };
