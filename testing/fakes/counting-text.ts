// A text that counts the characters that a reader of XML looks at.
import type { XmlText } from '../../lib/block/xml';

export function countingText(text: string): XmlText & Readonly<{ steps: number }> {
  const counted = {
    steps: 0,
    length: text.length,
    charCodeAt(at: number) {
      counted.steps++;
      return text.charCodeAt(at);
    },
    indexOf(part: string, from = 0) {
      const found = text.indexOf(part, from);
      counted.steps += (found < 0 ? text.length : found) - from + 1;
      return found;
    },
    slice(start: number, end: number) {
      counted.steps += end - start;
      return text.slice(start, end);
    },
  };
  return counted;
}
