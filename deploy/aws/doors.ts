// How callers reach the function `http`, by `--param door=`. docs/aws.md, "Entry points", and an output of the stack say what
// each door cannot pass on.
import { attribute, metric, type NamedValues, resource, sub } from './cloudformation';
import type { StackParameters } from './parameters';

const limits = {
  url: 'Function URL: no limits, path and query arrive as sent',
  'http-api': 'HTTP API: the path arrives decoded, so keys with ? cannot be read; 29 s at most',
  'rest-api': 'REST API: no Authorization header with SigV4, the stage is part of the signed path; 29 s at most',
  alb: 'ALB: replies of 1 MB at most; does not verify the host, so name it in EXIF_HOSTS; does not check callers',
};

/** What a door adds to the stack. `url` or `events` belong to the function; `faults` is the metric of its answers 5xx. */
export type Door = Readonly<{
  url?: NamedValues | true;
  events: readonly NamedValues[];
  resources: NamedValues;
  /** Changes to resources that serverless makes. */
  extensions: NamedValues;
  outputs: NamedValues;
  faults: NamedValues;
}>;

/** The door of a stack. `apiName` is the name that serverless gives to a REST API. */
export function doorOf(
  parameters: StackParameters,
  { stage, apiName, functionName }: Readonly<{ stage: string; apiName: string; functionName: string }>,
): Door {
  const { door } = parameters;
  const iam = parameters.callers === 'platform';
  const outputs = { Door: { Description: limits[door], Value: door } };
  const base = { events: [], resources: {}, extensions: {}, outputs };
  switch (door) {
    case 'url': {
      const faults = metric('AWS/Lambda', 'Url5xxCount', { FunctionName: functionName });
      return { ...base, url: urlOf(parameters), faults };
    }
    case 'http-api': {
      const faults = metric('AWS/ApiGateway', '5xx', { ApiId: { Ref: 'HttpApi' } });
      return { ...base, events: httpApiEvents(iam), faults };
    }
    case 'rest-api': {
      const faults = metric('AWS/ApiGateway', '5XXError', { ApiName: apiName, Stage: stage });
      return { ...base, events: restApiEvents(iam), faults };
    }
    case 'alb':
      return {
        ...base,
        ...albDoor(parameters),
        outputs: { ...outputs, ...(parameters.listener === '' ? albOutput : {}) },
      };
  }
}

const albOutput = {
  LoadBalancerUrl: {
    Description: 'Point the DNS record of the host name in the certificate to this load balancer',
    Value: sub(`https://\${LoadBalancer.DNSName}`),
  },
};

/** AWS checks callers with `platform`. With `public` and CloudFront, only CloudFront can call the URL. */
function urlOf({ callers, cdn }: StackParameters): NamedValues | true {
  return callers === 'platform' || (callers === 'public' && cdn === 'on') ? { authorizer: 'aws_iam' } : true;
}

/** All paths and methods: the function answers the unknown ones. Browsers cannot sign a preflight request. */
function httpApiEvents(iam: boolean): readonly NamedValues[] {
  if (!iam) return [{ httpApi: { path: '*', method: '*' } }];
  const preflight = { httpApi: { path: '/{key+}', method: 'OPTIONS' } };
  return [{ httpApi: { path: '*', method: '*', authorizer: { type: 'aws_iam' } } }, preflight];
}

function restApiEvents(iam: boolean): readonly NamedValues[] {
  const authorizer = iam ? { authorizer: { type: 'aws_iam' } } : {};
  return ['/', '/{key+}'].flatMap((path) => [
    { http: { path, method: 'ANY', ...authorizer } },
    ...(iam ? [{ http: { path, method: 'OPTIONS' } }] : []),
  ]);
}

function albDoor(parameters: StackParameters): Pick<Door, 'events' | 'resources' | 'extensions' | 'faults'> {
  const { listener, priority, albHost } = parameters;
  const isNew = listener === '';
  // Serverless names the target group after the function, and the listener or the id of its load balancer.
  const targetGroup = `HttpAlbMultiValueTargetGroup${isNew ? 'AlbListener' : listener.split('/')[3]}`;
  const loadBalancer = isNew
    ? attribute('LoadBalancer', 'LoadBalancerFullName')
    : listener.split('/').slice(1, 4).join('/');
  const alb = {
    listenerArn: isNew ? { Ref: 'AlbListener' } : listener,
    priority,
    conditions: { path: ['/*'], ...(albHost === '' ? {} : { host: [albHost] }) },
    // Without them, only the last value of a repeated parameter arrives, and its signature cannot be checked.
    multiValueHeaders: true,
  };
  return {
    events: [{ alb }],
    resources: isNew ? newLoadBalancer(parameters) : {},
    // Only this account may register the function as a target.
    extensions: { HttpLambdaPermissionRegisterTarget: { Properties: { SourceAccount: { Ref: 'AWS::AccountId' } } } },
    faults: metric('AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count', {
      TargetGroup: attribute(targetGroup, 'TargetGroupFullName'),
      LoadBalancer: loadBalancer,
    }),
  };
}

function newLoadBalancer({ vpc, subnets, albScheme, albFrom, certificate }: StackParameters): NamedValues {
  return {
    AlbSecurityGroup: resource('AWS::EC2::SecurityGroup', {
      // Do not change this text: CloudFormation would replace the group of a deployed stack.
      GroupDescription: 'Who may ask the load balancer',
      VpcId: vpc,
      SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: albFrom }],
      // A load balancer calls functions without the network: no outgoing connection is needed.
      SecurityGroupEgress: [{ IpProtocol: '-1', CidrIp: '127.0.0.1/32' }],
    }),
    LoadBalancer: resource('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Type: 'application',
      Scheme: albScheme,
      Subnets: subnets,
      SecurityGroups: [attribute('AlbSecurityGroup', 'GroupId')],
      LoadBalancerAttributes: [
        // With `append`, the last address is that of the caller, which policies check.
        { Key: 'routing.http.xff_header_processing.mode', Value: 'append' },
        { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
      ],
    }),
    AlbListener: resource('AWS::ElasticLoadBalancingV2::Listener', {
      LoadBalancerArn: { Ref: 'LoadBalancer' },
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      Certificates: [{ CertificateArn: certificate }],
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  };
}
