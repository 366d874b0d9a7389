// JSON text without invisible characters: in a terminal or an editor, hostile text must not move or hide other text.

/** Control and format characters (direction marks, joiners, tags), and the two separators that JSON does not escape. */
const unseen = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const plain = /^[\x20-\x7e]*$/;

/** A string as JSON, lossless: invisible characters are escaped. */
export function quote(text: string): string {
  const json = JSON.stringify(text);
  return plain.test(json) ? json : json.replace(unseen, escaped);
}

/** The escapes that were needed so far. There are only a few hundred invisible characters. */
const escapes = new Map<string, string>();

function escaped(character: string): string {
  const known = escapes.get(character);
  if (known !== undefined) return known;
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at).toString(16));
  const text = units.map((unit) => `\\u${unit.padStart(4, '0')}`).join('');
  escapes.set(character, text);
  return text;
}
