// How much an answer may still hold.
import { maxAnswerBytes } from '../../limits';
import { utf8Length } from './json-text';

/** A function that takes the UTF-8 bytes of `text` and a comma out of `maxAnswerBytes`, or refuses what no longer fits. */
export function answerBudget(): (text: string) => boolean {
  let left = maxAnswerBytes - 2;
  return (text) => {
    const bytes = utf8Length(text) + 1;
    if (bytes > left) return false;
    left -= bytes;
    return true;
  };
}
