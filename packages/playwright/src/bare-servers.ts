import { runFolderVariable } from '@reel/core/adapter';
import type { PlaywrightTestConfig } from '@playwright/test';

/**
 * Names the servers that Playwright starts without Reel: nobody sees what they ask, so neither a test nor the summary could tell. They are
 * not refused, because one for static files asks nothing.
 */
export function tellBareServers(webServer: PlaywrightTestConfig['webServer']): void {
  for (const { command, env = {} } of [webServer ?? []].flat()) {
    const isCovered =
      runFolderVariable in env || `${command} ${env['NODE_OPTIONS'] ?? ''}`.includes('@reel/core');
    if (isCovered || env['REEL_MODE'] === 'live') continue;
    process.stderr.write(
      `reel  warning  the server ${JSON.stringify(command)} is started without Reel: what it asks an LLM goes out live\n` +
        "  webServer: reelServer({ ... }) in the Playwright config; env: { REEL_MODE: 'live' } there if that is meant, or it asks nothing\n",
    );
  }
}
