// Parts of CloudFormation that several files use.

/** Resources, outputs or properties, by name. */
export type NamedValues = Readonly<Record<string, unknown>>;

/** A resource of this stack. */
export const resource = (type: string, properties: NamedValues): NamedValues => ({
  Type: type,
  Properties: properties,
});

/** A text in which CloudFormation replaces `${name}`. */
export const sub = (text: string) => ({ 'Fn::Sub': text });

/** An attribute of a resource of this stack. */
export const attribute = (resource: string, name: string) => ({ 'Fn::GetAtt': [resource, name] });
export const arnOf = (resource: string) => attribute(resource, 'Arn');

/** The ARN of a bucket, and that of the objects below a key prefix. */
export const bucketArn = (name: string) => sub(`arn:\${AWS::Partition}:s3:::${name}`);
export const keysArn = (name: string, prefix: string) => sub(`arn:\${AWS::Partition}:s3:::${name}/${prefix}*`);

/** A policy document. */
export const policy = (...statements: readonly NamedValues[]) => ({ Version: '2012-10-17', Statement: statements });

/** A condition: the request was made for this account. Services act for all accounts under the same name. */
export const fromThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

/** A statement that lets a service use a resource of this account, under a condition. */
export function allowService(
  service: string,
  action: string,
  target: NamedValues,
  condition: NamedValues,
): NamedValues {
  const Condition = { ...condition, ...fromThisAccount };
  return { Effect: 'Allow', Principal: { Service: service }, Action: action, Resource: target, Condition };
}

/** A metric of CloudWatch. */
export function metric(Namespace: string, MetricName: string, dimensions: NamedValues): NamedValues {
  return { Namespace, MetricName, Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) };
}
