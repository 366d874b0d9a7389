// Keeps an answer within `maxAnswerBytes`.
import { maxAnswerBytes } from '../../limits';

const plain = /^[\x20-\x7e]*$/;
const utf8 = new TextEncoder();

/** The bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  return plain.test(text) ? text.length : utf8.encode(text).length;
}

/** A function that is true as long as `text` and a comma fit the rest of `maxAnswerBytes`, and then takes them off it. */
export function answerBudget(): (text: string) => boolean {
  let left = maxAnswerBytes - 2;
  return (text) => {
    const bytes = utf8Length(text) + 1;
    if (bytes > left) return false;
    left -= bytes;
    return true;
  };
}
