// What each door makes.
import { alb, deployments, names, properties, stackOf } from './deployments';
import { at, ofType } from './package-stack';

/** Its tests. */
export function testDoors(): void {
  describe('doors', () => {
    test('the HTTP API checks callers by IAM, all but a preflight', () => {
      const routes = ofType(stackOf('httpApi'), 'AWS::ApiGatewayV2::Route').map(
        ([, { RouteKey, AuthorizationType }]) => [RouteKey, AuthorizationType],
      );
      expect(routes).toEqual([
        ['$default', 'AWS_IAM'],
        ['OPTIONS /{key+}', undefined],
      ]);
      expect(stackOf('httpApi').Resources).not.toHaveProperty('HttpLambdaFunctionUrl');
    });

    test.each([
      ['restApi', ['NONE']],
      ['restApiIam', ['AWS_IAM', 'NONE']],
    ] as const)('%s hands on all paths and methods, and bytes', (name, types) => {
      const methods = ofType(stackOf(name), 'AWS::ApiGateway::Method').map(([, method]) => method);
      expect([...new Set(methods.map(({ AuthorizationType }) => AuthorizationType))].sort()).toEqual(types);
      for (const { HttpMethod, AuthorizationType } of methods) {
        if (types.length === 2) expect(AuthorizationType).toBe(HttpMethod === 'OPTIONS' ? 'NONE' : 'AWS_IAM');
      }
      expect(methods.filter(({ HttpMethod }) => HttpMethod === 'ANY')).toHaveLength(2);
      const { Name } = properties(name, 'ApiGatewayRestApi');
      expect(at(properties(name, 'HttpFaultsAlarm'), 'Dimensions', 0)).toEqual({ Name: 'ApiName', Value: Name });
      expect(properties(name, 'ApiGatewayRestApi')).toMatchObject({
        BinaryMediaTypes: ['*/*'],
        EndpointConfiguration: { Types: ['REGIONAL'] },
      });
    });

    test('an ALB hands on repeated parameters, and the function is a target in this account alone', () => {
      for (const name of ['albOfOthers', 'albOwn'] as const) {
        const [target] = ofType(stackOf(name), 'AWS::ElasticLoadBalancingV2::TargetGroup');
        expect(target?.[1]['TargetGroupAttributes']).toEqual([
          { Key: 'lambda.multi_value_headers.enabled', Value: true },
        ]);
        const alarm = properties(name, 'HttpFaultsAlarm');
        expect(at(alarm, 'Dimensions', 0, 'Value', 'Fn::GetAtt', 0)).toBe(target?.[0]);
        expect(properties(name, 'HttpLambdaPermissionRegisterTarget')).toMatchObject({
          SourceAccount: { Ref: 'AWS::AccountId' },
        });
      }
      expect(ofType(stackOf('albOfOthers'), 'AWS::ElasticLoadBalancingV2::ListenerRule')[0]?.[1]).toMatchObject({
        ListenerArn: alb,
        Conditions: [
          { Field: 'path-pattern', Values: ['/*'] },
          { Field: 'host-header', HostHeaderConfig: { Values: ['exif.example'] } },
        ],
      });
      expect(at(properties('albOfOthers', 'HttpFaultsAlarm'), 'Dimensions', 1, 'Value')).toBe(
        'app/front/50dc6c495c0c9188',
      );
    });

    test('a new load balancer accepts TLS from the given addresses', () => {
      expect(properties('albOwn', 'LoadBalancer')).toMatchObject({
        Scheme: 'internal',
        Subnets: ['subnet-0a', 'subnet-0b'],
      });
      expect(properties('albOwn', 'AlbListener')).toMatchObject({ Port: 443, Protocol: 'HTTPS' });
      expect(at(properties('albOwn', 'AlbSecurityGroup'), 'SecurityGroupIngress')).toEqual([
        { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/8' },
      ]);
    });

    test('each says in the outputs what it loses', () => {
      for (const name of names) {
        const door = at(deployments[name].params, 'door') ?? 'url';
        expect(stackOf(name).Outputs['Door']).toMatchObject({ Value: door, Description: expect.stringMatching(/: ./) });
      }
    });
  });
}
