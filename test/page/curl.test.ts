import { spawnSync } from 'node:child_process';
import { curlCommand } from '../../page/curl';

/** What a shell gives to curl. */
function argumentsOf(command: string): string[] {
  const shell = spawnSync('sh', ['-c', command.replace(/^curl/, "printf '%s\\n'")], { encoding: 'utf8' });
  return shell.stdout.trimEnd().split('\n');
}

test.each([
  ['an address', 'http://a.example/b.jpg?exif', []],
  ['quotes and commands', 'http://a.example/it\'s$(id)`id`;id&&id|id"!?exif', []],
  ['several quotes', "http://a.example/''a'?exif", []],
  ['a backslash', 'http://a.example/a\\?exif', []],
  ['what curl takes for a pattern', 'http://a.example/[1-9]{a,b}?exif', ['-g']],
])('%s reaches curl as it is', (_, address, options) => {
  expect(argumentsOf(curlCommand(address))).toEqual([...options, address]);
});
