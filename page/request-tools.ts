// Repeats the request of the answer outside of the page: a command for curl, and a link to the answer as it was received.
import { copyText } from './copy';
import { curlCommand } from './curl';
import { html } from './dom';
import type { Source } from './source';

/** The element; `show` makes it repeat the request of a style. */
export type RequestTools = Readonly<{ root: HTMLElement; show(style: string): Promise<void> }>;

/** The tools for a source of the service; null for a file, which no other program can request. */
export function requestTools({ request }: Source, say: (text: string) => void): RequestTools | null {
  if (request === null) return null;
  let command = '';
  const curl = html('button', { type: 'button', class: 'quiet', disabled: true }, 'Copy as curl');
  curl.addEventListener('click', () => void copyText(curl, command, 'the command', say));
  const link = html(
    'a',
    { class: 'quiet', target: '_blank', rel: 'noopener noreferrer' },
    'Raw answer',
    html('span', { class: 'hidden' }, ' (opens in a new tab)'),
  );
  const note = 'The command and the link have a signature. Give them only to people who may see this object.';
  return {
    root: html(
      'div',
      { class: 'request' },
      html('div', { class: 'acts' }, curl, link),
      request.isSigned ? html('p', { class: 'note' }, note) : null,
    ),
    show: async (style) => {
      const address = await request.address(style);
      command = curlCommand(address);
      link.href = address;
      curl.disabled = false;
    },
  };
}
