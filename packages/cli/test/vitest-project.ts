import { mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './temporary-folder.ts';

const require = createRequire(import.meta.url);
const packages = fileURLToPath(new URL('../..', import.meta.url));

/** How the project's own Vitest is started. */
export const vitestCommand = [process.execPath, 'node_modules/vitest/vitest.mjs', 'run'] as const;

/** `ask(prompt)` through plain fetch: the smallest application. */
const application = `export async function ask(prompt) {
  const response = await fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer ' + process.env.OPENAI_API_KEY },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: prompt }] }),
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error.message);
  return body.choices[0].message.content;
}
`;

/** A test that calls an LLM once. */
const oneTest = `import { expect, test } from 'vitest';
import { ask } from './ask.js';
test('answers', async () => {
  expect(await ask('Say hello')).toBeTypeOf('string');
});
`;

/** A throw-away project with the real Vitest and the built packages in its node_modules, one test, and what else is given. */
export function vitestProject(files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder({
    'package.json': JSON.stringify({
      name: 'project',
      type: 'module',
      scripts: { test: 'vitest run' },
      devDependencies: { vitest: '*', '@reel/vitest': '*', '@reel/cli': '*' },
    }),
    'ask.js': application,
    'chat.test.js': oneTest,
    ...files,
  });
  mkdirSync(join(folder, 'node_modules/@reel'), { recursive: true });
  symlinkSync(
    dirname(require.resolve('vitest/package.json')),
    join(folder, 'node_modules/vitest'),
    'junction',
  );
  for (const name of ['core', 'vitest', 'cli']) {
    symlinkSync(join(packages, name), join(folder, 'node_modules/@reel', name), 'junction');
  }
  return folder;
}

/** The config of a project whose Vitest has Reel. */
export const configured = {
  'vitest.config.js': `import { defineConfig } from 'vitest/config';
import { reel } from '@reel/vitest';
export default defineConfig({ plugins: [reel()] });
`,
};

/** What `REEL_UPSTREAMS` takes. */
export function upstreamsText(upstreams: Readonly<Record<string, string>>): string {
  return Object.entries(upstreams)
    .map((pair) => pair.join('='))
    .join(',');
}
