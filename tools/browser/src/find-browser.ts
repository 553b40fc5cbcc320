import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { installDebianChromium } from './install-debian-chromium.ts';

/** A Chromium that starts. */
export interface FoundBrowser {
  /** Absolute path of the executable. */
  readonly path: string;
  /** Where it comes from, for people. */
  readonly source: string;
}

/** Why there is none. */
export interface MissingBrowser {
  readonly path: undefined;
  readonly reason: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that name an executable, ours first. */
const variables = ['REEL_BROWSER', 'PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH', 'CHROME_PATH'];
const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * A Chromium for tests: named by a variable, installed by Playwright, on the `PATH`, or Debian's package, which is installed when this
 * is Debian and we may. Says on standard error what it installs.
 */
export async function findBrowser(
  environment: Environment = process.env,
): Promise<FoundBrowser | MissingBrowser> {
  const found = named(environment) ?? ofPlaywright(environment) ?? onPath(environment);
  if (found !== undefined) return found;
  const failure = await installDebianChromium(environment);
  if (failure !== undefined) return { path: undefined, reason: `there is no Chromium here: ${failure}` };
  return (
    onPath({ PATH: '/usr/bin' }) ?? {
      path: undefined,
      reason: 'the package chromium brought no /usr/bin/chromium',
    }
  );
}

function named(environment: Environment): FoundBrowser | MissingBrowser | undefined {
  for (const name of variables) {
    const path = environment[name];
    if (path === undefined || path === '') continue;
    // Whoever names one wants that one.
    if (!isExecutable(path))
      return { path: undefined, reason: `${name} names ${path}, which is no executable` };
    return { path, source: name };
  }
  return undefined;
}

/** Where `npx playwright install chromium` puts it (https://playwright.dev/docs/browsers#managing-browser-binaries). */
function ofPlaywright(environment: Environment): FoundBrowser | undefined {
  const folders: Partial<Record<NodeJS.Platform, string>> = {
    darwin: join(homedir(), 'Library/Caches/ms-playwright'),
    win32: join(environment['LOCALAPPDATA'] ?? homedir(), 'ms-playwright'),
  };
  const folder =
    environment['PLAYWRIGHT_BROWSERS_PATH'] ||
    (folders[process.platform] ?? join(homedir(), '.cache/ms-playwright'));
  if (!existsSync(folder)) return undefined;
  const newest = readdirSync(folder)
    .filter((name) => /^chromium-\d+$/.test(name))
    .toSorted((a, b) => Number(b.slice(9)) - Number(a.slice(9)));
  for (const name of newest) {
    for (const inside of insideChromium) {
      const path = join(folder, name, inside);
      if (isExecutable(path)) return { path, source: "Playwright's own" };
    }
  }
  return undefined;
}

const insideChromium = [
  'chrome-linux/chrome',
  'chrome-linux64/chrome',
  'chrome-win/chrome.exe',
  'chrome-win64/chrome.exe',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
];

function onPath(environment: Environment): FoundBrowser | undefined {
  for (const command of commands) {
    for (const folder of (environment['PATH'] ?? '').split(delimiter)) {
      const path = join(folder, process.platform === 'win32' ? `${command}.exe` : command);
      if (folder !== '' && isExecutable(path)) return { path, source: `${command} on the PATH` };
    }
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
