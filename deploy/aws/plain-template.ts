// The template of `serverless package` without the parts that only serverless needs, for `aws cloudformation deploy`.
import type { NamedValues } from './cloudformation';

type Resource = Readonly<{ Type: string; Properties?: NamedValues }>;
/** A template, as serverless writes it. */
export type ServerlessTemplate = Readonly<{
  Resources: Readonly<Record<string, Resource>>;
  Outputs?: Readonly<Record<string, NamedValues>>;
}>;
export type PlainTemplate = ServerlessTemplate & Readonly<{ Parameters: NamedValues }>;

/** Where the zip is: parameters of the stack. */
const code = { S3Bucket: { Ref: 'CodeBucket' }, S3Key: { Ref: 'CodeKey' } };

/**
 * Leaves out the bucket that serverless creates for the zip, the versions of functions (each belongs to one zip, so its name would
 * have to change with the zip), and the exported names, which would collide with a stack of serverless. `codeKey` is the default
 * key of the zip in your bucket; it must change when the zip changes, or CloudFormation does not update the functions.
 */
export function plainTemplate({ Resources, Outputs = {} }: ServerlessTemplate, codeKey: string): PlainTemplate {
  const isKept = ([name, { Type }]: readonly [string, Resource]): boolean =>
    !name.startsWith('ServerlessDeploymentBucket') && Type !== 'AWS::Lambda::Version';
  return {
    ...{ AWSTemplateFormatVersion: '2010-09-09', Description: 'bucket-exif: the EXIF of the images in a bucket' },
    Parameters: {
      CodeBucket: { Type: 'String', Description: 'The bucket, in the region of the stack, with the zip' },
      CodeKey: { Type: 'String', Default: codeKey, Description: 'The key of the zip in that bucket' },
    },
    Resources: Object.fromEntries(
      Object.entries(Resources)
        .filter(isKept)
        .map(([name, resource]) => [name, withCode(resource)]),
    ),
    Outputs: Object.fromEntries(
      Object.entries(Outputs)
        .filter(([name]) => !name.startsWith('ServerlessDeploymentBucket') && !name.endsWith('QualifiedArn'))
        .map(([name, { Description, Value }]) => [name, { Description, Value }]),
    ),
  };
}

function withCode(resource: Resource): Resource {
  if (resource.Type !== 'AWS::Lambda::Function') return resource;
  return { ...resource, Properties: { ...resource.Properties, Code: code } };
}
