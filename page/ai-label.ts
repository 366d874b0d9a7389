// Says in words what an object says about being generated.
import { withoutUnseen } from './facts';
import { isObject } from './rows';

/** The member `ai` of an answer in the style `flat` in words; null without one. */
export function aiText(flat: unknown): string | null {
  const ai = isObject(flat) ? flat['ai'] : undefined;
  if (!isObject(ai)) return null;
  const { generated, source, generator, digitalSourceType } = ai;
  const details = [source, generator ?? digitalSourceType].filter((text) => typeof text === 'string');
  return `${said(generated)}: ${withoutUnseen(details.join(', ')).slice(0, 200).toWellFormed()}`;
}

function said(generated: unknown): string {
  if (generated === true) return 'Says that it was generated';
  return generated === false ? 'Says that it was not generated' : 'Leaves open whether it was generated';
}
