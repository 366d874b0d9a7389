// Makes text from outside safe for a terminal: it must not move the cursor.

/**
 * Characters that a terminal may take as a command, or that change the order in which text is shown [Unicode: Cc,
 * Bidi_Control]. In a function, because V8 needs half a millisecond to read the expression, and few starts need it.
 */
const acting = (): RegExp => /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Surrogate}]/gu;

/** `text` with these characters as escapes such as `\u001b`. */
export function printable(text: string): string {
  return text.replace(acting(), escaped);
}

/** The same for JSON text. Its value does not change, because JSON has the same escapes. Line breaks between members stay. */
export function printableJson(json: string): string {
  return json.replace(acting(), (char) => (char === '\n' ? char : escaped(char)));
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
