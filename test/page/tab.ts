// The page in a tab of its own, watched for what it complains of and for what it sends.
import type { Browser, BrowserContext, Page } from 'playwright-core';

/** `complaints`: violations of the policy, errors. `sent`: method and path of each request, from the first of the page on. */
export type Tab = Readonly<{
  page: Page;
  context: BrowserContext;
  complaints: readonly string[];
  sent: readonly string[];
}>;

/** Opens `address`. The statuses of failed answers are in the console too, and no complaint. */
export async function openTab(
  browser: Browser,
  address: string,
  view: Parameters<Browser['newContext']>[0] = {},
): Promise<Tab> {
  const complaints: string[] = [];
  const sent: string[] = [];
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'], ...view });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    const isStatus = message.text().startsWith('Failed to load resource: the server responded');
    if (['error', 'warning'].includes(message.type()) && !isStatus) complaints.push(message.text());
  });
  page.on('request', (request) => {
    sent.push(`${request.method()} ${request.url().replace(/^https?:\/\/[^/]+/, '')}`);
  });
  await page.goto(address);
  return { page, context, complaints, sent };
}

/** Clicks a sample, and waits for its answer. */
export async function pick(page: Page, key: string): Promise<void> {
  await page.getByRole('button', { name: key, exact: true }).click();
  await page.locator('#result[data-state=found]').waitFor();
}

/** Chooses a style in the switch, by a click that waits until the layout is stable. */
export async function chooseStyle(page: Page, style: string): Promise<void> {
  await page.getByRole('radio', { name: style }).check();
}
