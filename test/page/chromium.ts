// A real browser for a test file, where Debian's Chromium is installed.
import { spawnSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The browser's program; null where there is none, and then says on the console what is left out. */
export function findChromium(leftOut: string): string | null {
  const paths = names.map((name) => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim());
  const found = paths.find((path) => path !== '') ?? null;
  if (found === null) {
    console.log(
      `Skipped: ${leftOut}. Missing ${names[0]}; on Debian: apt-get install --no-install-recommends chromium`,
    );
  }
  return found;
}

/** Starts it. Chromium refuses its sandbox to root, as whom CI runs; only this project's own page is opened. */
export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
