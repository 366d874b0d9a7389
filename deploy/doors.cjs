// The door through which the function `http` is asked, by `--param door=`. What each loses is in README.md, "Entry points", and
// in the outputs of the stack.
const { sub } = require('./statements.cjs');

const losses = {
  url: 'Function URL: loses nothing, path and query arrive as sent',
  'http-api': 'HTTP API: path arrives decoded, a key with ? cannot be asked for; at most 29 s',
  'rest-api': 'REST API: no Authorization header with SigV4, the stage is part of the signed path; at most 29 s',
  alb: 'ALB: a reply has at most 1 MB; nobody vouches for the host, name it in EXIF_HOSTS; checks no caller',
};

/**
 * What a door adds: `url` or `events` of the function, resources, extensions of what serverless makes, and `faults`, the
 * metric of its 5xx.
 */
function doorOf(asked, { stage, service, functionName }) {
  const iam = asked.callers === 'platform';
  const base = { events: [], resources: {}, extensions: {}, outputs: doorOutput(asked.door) };
  const rows = {
    url: () => ({ url: urlOf(asked), faults: metric('Lambda', 'Url5xxCount', { FunctionName: functionName }) }),
    'http-api': () => ({
      events: httpApiEvents(iam),
      faults: metric('ApiGateway', '5xx', { ApiId: { Ref: 'HttpApi' } }),
    }),
    'rest-api': () => ({
      events: restApiEvents(iam),
      faults: metric('ApiGateway', '5XXError', { ApiName: `${service}-${stage}`, Stage: stage }),
    }),
    alb: () => albDoor(asked),
  };
  return { ...base, ...rows[asked.door]() };
}

function doorOutput(door) {
  return { Door: { Description: losses[door], Value: door } };
}

function metric(namespace, MetricName, dimensions) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Namespace: `AWS/${namespace}`, MetricName, Dimensions };
}

/** AWS checks who asks, for `platform`, or lets only CloudFront in, for what is public behind it. */
function urlOf({ callers, cdn }) {
  return callers === 'platform' || (callers === 'public' && cdn === 'on') ? { authorizer: 'aws_iam' } : true;
}

/** All paths and methods, the function answers what it does not know. A preflight cannot be signed. */
function httpApiEvents(iam) {
  if (!iam) return [{ httpApi: { path: '*', method: '*' } }];
  const preflight = { httpApi: { path: '/{key+}', method: 'OPTIONS' } };
  return [{ httpApi: { path: '*', method: '*', authorizer: { type: 'aws_iam' } } }, preflight];
}

function restApiEvents(iam) {
  const authorizer = iam ? { authorizer: { type: 'aws_iam' } } : {};
  return ['/', '/{key+}'].flatMap((path) => [
    { http: { path, method: 'ANY', ...authorizer } },
    ...(iam ? [{ http: { path, method: 'OPTIONS' } }] : []),
  ]);
}

function albDoor(asked) {
  const isOwn = asked.listener === '';
  // What serverless calls the target group has the id of the load balancer at its end.
  const targetGroup = `HttpAlbMultiValueTargetGroup${isOwn ? 'AlbListener' : asked.listener.split('/')[3]}`;
  const loadBalancer = isOwn
    ? { 'Fn::GetAtt': ['LoadBalancer', 'LoadBalancerFullName'] }
    : asked.listener.split('/').slice(1, 4).join('/');
  const alb = {
    listenerArn: isOwn ? { Ref: 'AlbListener' } : asked.listener,
    priority: asked.priority,
    conditions: { path: ['/*'], ...(asked.albHost === '' ? {} : { host: [asked.albHost] }) },
    // Without them a repeated parameter shows its last value only, and a signature could not be checked.
    multiValueHeaders: true,
  };
  return {
    events: [{ alb }],
    resources: isOwn ? ownLoadBalancer(asked) : {},
    // What registers the function as a target need not be anybody's.
    extensions: { HttpLambdaPermissionRegisterTarget: { Properties: { SourceAccount: { Ref: 'AWS::AccountId' } } } },
    faults: metric('ApplicationELB', 'HTTPCode_Target_5XX_Count', {
      TargetGroup: { 'Fn::GetAtt': [targetGroup, 'TargetGroupFullName'] },
      LoadBalancer: loadBalancer,
    }),
    outputs: { ...doorOutput('alb'), ...(isOwn ? albOutput() : {}) },
  };
}

function albOutput() {
  return {
    LoadBalancerUrl: {
      Description: 'Let the host name of the certificate lead to it',
      Value: sub(`https://\${LoadBalancer.DNSName}`),
    },
  };
}

function ownLoadBalancer({ vpc, subnets, albScheme, albFrom, certificate }) {
  return {
    ...securityGroup(vpc, albFrom),
    LoadBalancer: {
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      Properties: {
        Type: 'application',
        Scheme: albScheme,
        Subnets: subnets,
        SecurityGroups: [{ 'Fn::GetAtt': ['AlbSecurityGroup', 'GroupId'] }],
        LoadBalancerAttributes: [
          // The address that policies look at is the caller's own only so.
          { Key: 'routing.http.xff_header_processing.mode', Value: 'append' },
          { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
        ],
      },
    },
    AlbListener: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: {
        LoadBalancerArn: { Ref: 'LoadBalancer' },
        Port: 443,
        Protocol: 'HTTPS',
        SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
        Certificates: [{ CertificateArn: certificate }],
        DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
      },
    },
  };
}

function securityGroup(VpcId, CidrIp) {
  return {
    AlbSecurityGroup: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: 'Who may ask the load balancer',
        VpcId,
        SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp }],
        // Functions are not asked over the network: nothing has to leave.
        SecurityGroupEgress: [{ IpProtocol: '-1', CidrIp: '127.0.0.1/32' }],
      },
    },
  };
}

module.exports = { doorOf };
