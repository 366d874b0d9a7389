// Keeps an answer within `maxAnswerBytes`.
import { maxAnswerBytes } from '../../limits';

const plain = /^[\x20-\x7e]*$/;
const utf8 = new TextEncoder();

/** The bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  return plain.test(text) ? text.length : utf8.encode(text).length;
}

/**
 * Returns a function that says whether `text` and a comma still fit into `maxAnswerBytes`. If they do, it subtracts their
 * length from the rest.
 */
export function answerBudget(): (text: string) => boolean {
  let left = maxAnswerBytes - 2;
  return (text) => {
    const bytes = utf8Length(text) + 1;
    if (bytes > left) return false;
    left -= bytes;
    return true;
  };
}
