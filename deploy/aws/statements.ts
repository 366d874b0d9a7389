// Statements of policies that several files use.
import { parseKeyLocation } from '../../lib/auth/key-location';
import { tryParse } from '../check';
import { type NamedValues, sub } from './cloudformation';

/** A statement that allows actions on resources. */
export const allow = (Action: string | readonly string[], Resource: unknown, Condition?: NamedValues): NamedValues => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});

/** Allows to read the secret at the place that `EXIF_KEYS` or `EXIF_SINK_SECRET` names; nothing for any other text. */
export function keyStatements(location: string): readonly NamedValues[] {
  const keys = tryParse(parseKeyLocation, location);
  if (keys === null || !('region' in keys) || keys.endpoint !== null) return [];
  const { kind, name, region } = keys;
  const action = kind === 'ssm' ? 'ssm:GetParameter' : 'secretsmanager:GetSecretValue';
  if (name.startsWith('arn:')) return [allow(action, name)];
  const place = `arn:\${AWS::Partition}:${kind}:${region ?? `\${AWS::Region}`}:\${AWS::AccountId}`;
  // Secrets Manager adds a hyphen and six characters to the name.
  const resource = kind === 'ssm' ? `parameter/${name.replace(/^\//, '')}` : `secret:${name}-??????`;
  return [allow(action, sub(`${place}:${resource}`))];
}
