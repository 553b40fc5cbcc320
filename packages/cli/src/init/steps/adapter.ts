import { join } from 'node:path';
import type { Project } from '../detect/project.ts';
import { runnerSigns, type RunnerName } from '../detect/runners.ts';
import { editModule, type ConfigEdit } from '../edit-module.ts';
import { advice, change, type Step } from '../step.ts';

/** The line that puts Reel into the config of a runner. */
export async function adapter(project: Project, runner: RunnerName): Promise<Step[]> {
  switch (runner) {
    case 'vitest':
      return await vitest(project);
    case 'jest':
      return await jest(project);
    case 'mocha':
      return mocha(project);
    case 'playwright':
      return await playwright(project);
  }
}

async function vitest(project: Project): Promise<Step[]> {
  const edit: ConfigEdit = { kind: 'plugin', from: '@reel/vitest', name: 'reel' };
  const vite = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `vite.config.${extension}`);
  const file = project.first([...runnerSigns.vitest.files, ...vite]);
  const text = [
    `import { reel } from '@reel/vitest';`,
    `import { defineConfig } from 'vitest/config';`,
    '',
    'export default defineConfig({ plugins: [reel()] });',
    '',
  ].join('\n');
  if (file !== undefined) return await edited(project, file, edit, text);
  const extension = `${project.isModule ? '' : 'm'}${project.hasTypeScript ? 'ts' : 'js'}`;
  return change(
    join(project.folder, `vitest.config.${extension}`),
    undefined,
    text,
    'gives every Vitest test a cassette',
  );
}

async function jest(project: Project): Promise<Step[]> {
  const edit: ConfigEdit = { kind: 'wrap', from: '@reel/jest', name: 'withReel' };
  const asCommonJs = [
    `const { withReel } = require('@reel/jest');`,
    '',
    'module.exports = withReel({',
    '  // ...',
    '});',
  ].join('\n');
  const file = project.first(runnerSigns.jest.files);
  if (file !== undefined) return await edited(project, file, edit, asCommonJs);
  if (project.manifest.jest !== undefined) {
    const text = `move "jest" out of package.json into jest.config.cjs:\n\n${asCommonJs}`;
    return advice('Jest: the config has to be a module', text);
  }
  const text = `const { withReel } = require('@reel/jest');\n\nmodule.exports = withReel({});\n`;
  return change(join(project.folder, 'jest.config.cjs'), undefined, text, 'gives every Jest test a cassette');
}

async function playwright(project: Project): Promise<Step[]> {
  const edit: ConfigEdit = { kind: 'wrap', from: '@reel/playwright/config', name: 'withReel' };
  const file = project.first(runnerSigns.playwright.files);
  const text = [
    `import { withReel } from '@reel/playwright/config';`,
    `import { defineConfig } from '@playwright/test';`,
    '',
    'export default withReel(defineConfig({}));',
    '',
  ].join('\n');
  const extension = `${project.isModule ? '' : 'm'}${project.hasTypeScript ? 'ts' : 'js'}`;
  const steps =
    file === undefined
      ? change(
          join(project.folder, `playwright.config.${extension}`),
          undefined,
          text,
          "Reel's reporter and guard",
        )
      : await edited(project, file, edit, text);
  return [
    ...steps,
    ...advice(
      'Playwright: tests take `test` from Reel',
      `import { expect, test } from '@reel/playwright'; // instead of '@playwright/test'`,
    ),
  ];
}

async function edited(project: Project, file: string, edit: ConfigEdit, example: string): Promise<Step[]> {
  const before = project.read(file)!;
  if (before.includes(edit.from)) return [];
  const after = await editModule(before, edit);
  if (after !== undefined) {
    return change(join(project.folder, file), before, after, 'gives every test a cassette');
  }
  return advice(`${file} could not be edited safely`, `bring this into it:\n\n${example.trimEnd()}`);
}

function mocha(project: Project): Step[] {
  const file = project.first(runnerSigns.mocha.files);
  const name = '@reel/mocha';
  const why = 'gives every Mocha test a cassette';
  if (file === undefined && project.manifest.mocha === undefined) {
    const text = `${JSON.stringify({ require: [name] }, null, 2)}\n`;
    return change(join(project.folder, '.mocharc.json'), undefined, text, why);
  }
  const place = file ?? 'package.json';
  const before = project.read(place)!;
  if (before.includes(`"${name}"`) || before.includes(`'${name}'`)) return [];
  if (place.endsWith('.json')) {
    const after = withRequire(before, place === 'package.json' ? 'mocha' : undefined, name);
    if (after !== undefined) return change(join(project.folder, place), before, after, why);
  }
  return advice(
    `${place} could not be edited safely`,
    `add ${name} to its list "require": require: ['${name}']`,
  );
}

function withRequire(text: string, key: string | undefined, name: string): string | undefined {
  try {
    const document = JSON.parse(text) as Record<string, unknown>;
    const options = (key === undefined ? document : document[key]) as Record<string, unknown>;
    const required = options['require'] ?? [];
    options['require'] = [...(Array.isArray(required) ? (required as unknown[]) : [required]), name];
    const indent = /^[ \t]+(?=")/m.exec(text)?.[0] ?? 2;
    return `${JSON.stringify(document, null, indent)}${text.endsWith('\n') ? '\n' : ''}`;
  } catch {
    return undefined;
  }
}
