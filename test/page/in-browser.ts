// What the tests in a real browser share: a site over a folder of samples, a tab for each test, and no complaint at its end.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { findChromium, launch } from './chromium';
import { removeBucket, type Site, sampleBucket, startSite } from './site';
import { openTab, type Tab } from './tab';

/** `site` and its `folder` are there in tests, `tab` after `open`. */
export type World = Readonly<{
  /** `test`, skipped where there is no browser. */
  inBrowser: typeof test | typeof test.skip;
  site: Site;
  folder: string;
  tab: Tab;
  /** Opens a tab, of the page unless another address is given. */
  open(address?: string, view?: BrowserContextOptions): Promise<Page>;
}>;

/** Registers the hooks of a test file; `what` is left out without a browser. `fill` may put more into the folder. */
export function useBrowser(what: string, fill: (folder: string) => Promise<void> = async () => {}): World {
  const program = findChromium(what);
  let browser: Browser;
  let folder: string;
  let site: Site;
  let tab: Tab;
  if (program !== null) {
    beforeAll(async () => {
      folder = sampleBucket();
      await fill(folder);
      [browser, site] = await Promise.all([launch(program), startSite(folder, ['--public'])]);
    });
    afterAll(async () => {
      await Promise.all([browser.close(), site.stop()]);
      removeBucket(folder);
    });
    afterEach(async () => {
      await tab.context.close();
      expect(tab.complaints).toEqual([]);
    });
  }
  return {
    inBrowser: program === null ? test.skip : test,
    get site() {
      return site;
    },
    get folder() {
      return folder;
    },
    get tab() {
      return tab;
    },
    async open(address = site.page, view = {}) {
      tab = await openTab(browser, address, view);
      return tab.page;
    },
  };
}
