// Copies a text to the clipboard.

/** Milliseconds for which a button shows that it has copied. */
const copiedMs = 1500;

/** Announces a text to users of screen readers. */
type Say = (text: string) => void;

/** Copies `text` to the clipboard, and shows on the button, and says, whether that was possible. */
export async function copyText(button: HTMLButtonElement, text: string, what: string, say: Say): Promise<void> {
  const before = button.dataset['text'] ?? button.textContent ?? '';
  button.dataset['text'] = before;
  const done = await write(text);
  button.textContent = done ? 'Copied' : 'Not allowed';
  say(done ? `Copied ${what}` : 'The browser does not allow copying here');
  setTimeout(() => {
    button.textContent = before;
  }, copiedMs);
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or no secure address
  }
}
