import { resolve } from 'node:path';
import { readManifest } from '../../ci/artifact/manifest.ts';
import { commentText, tellPullRequest, type Told } from '../../ci/comment.ts';
import { ghIn } from '../../ci/gh.ts';
import { addToSummary } from '../../ci/outputs.ts';
import { defineCommand, type Command } from '../../frame/command.ts';
import { UsageError } from '../../frame/usage-error.ts';

const results = ['pushed', 'nothing', 'conflict', 'fork', 'failed'] as const;

export const command: Command = defineCommand({
  usage: '--pull-request <number> --result <result> [--files <folder>] [--commit <hash>] [--artifact <name>]',
  description:
    'Leaves one comment on a pull request: what became of its recordings, and for a fork how its author takes them. The next run puts its own\n' +
    'words in its place. Without a pull request, or the right to comment, they are on the page of the job only (GITHUB_STEP_SUMMARY).',
  options: {
    'pull-request': { type: 'string', value: 'number', describe: 'empty: there is none' },
    result: { type: 'string', value: 'result', describe: `${results.join(', ')}; empty: failed` },
    files: {
      type: 'string',
      value: 'folder',
      describe: 'what reel ci collect made: the cassettes are listed',
    },
    commit: { type: 'string', value: 'hash', describe: 'that was pushed' },
    artifact: { type: 'string', value: 'name', describe: 'default: reel-cassettes' },
  },
  examples: [
    {
      command: 'reel ci comment --pull-request 12 --result fork --files downloads/reel-cassettes',
      describe: 'after the recording of a fork',
    },
  ],
  run({ options, cwd, env, json, out }) {
    const repository = needed(env, 'GITHUB_REPOSITORY');
    const { files, commit } = options;
    const told: Told = {
      result: results.find((name) => name === options.result) ?? 'failed',
      repository,
      run: needed(env, 'GITHUB_RUN_ID'),
      server: env['GITHUB_SERVER_URL'] || 'https://github.com',
      artifact: options.artifact || 'reel-cassettes',
      cassettes: files ? cassettesIn(resolve(cwd, files)) : [],
      ...(commit && { commit }),
    };
    const body = commentText(told);
    addToSummary(body, env);
    const number = Number(options['pull-request'] || 0);
    const done =
      number > 0
        ? tellPullRequest(
            ghIn(cwd, env),
            repository,
            number,
            body,
            env['REEL_BOT'] || 'github-actions[bot]',
            // Said at every push, "nothing changed" would only be noise.
            told.result !== 'nothing',
          )
        : 'none';
    if (json) out.json({ comment: done, body });
    else if (done === 'forbidden') out.note('this run may not comment; see the page of the job');
    else if (done === 'not needed') out.note('nothing changed, and nothing was said before: no comment');
    else if (done === 'none') out.note('there is no pull request to comment on; see the page of the job');
    else out.note(`the comment on pull request ${number} was ${done}`);
    return 0;
  },
});

/** The names alone; a folder that was refused has none to show. */
function cassettesIn(folder: string): string[] {
  try {
    return readManifest(folder)
      .files.map(({ path }) => path)
      .filter((path) => path.endsWith('.jsonl'));
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}

function needed(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = env[name];
  if (value) return value;
  throw new UsageError(`the variable ${name} is not set`, 'this is a step of a workflow of GitHub Actions');
}
