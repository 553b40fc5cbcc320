import { withCredentials } from '../../ci/credentials.ts';
import { repository } from '../../ci/git.ts';
import { setOutputs } from '../../ci/outputs.ts';
import { pushCassettes } from '../../ci/push.ts';
import { defineCommand, type Command } from '../../frame/command.ts';
import { UsageError } from '../../frame/usage-error.ts';
import { withoutControls } from '../../output/control.ts';
import { plural } from '../../output/plural.ts';
import { folderOption, given, remoteOption } from './clone-options.ts';

export const command: Command = defineCommand({
  usage: '--branch <name> [options]',
  description:
    'Commits the cassettes that changed, never anything else, rebases on the branch as it is at the remote, and pushes; again when somebody\n' +
    'else was faster. Nothing to commit is fine. A conflict with newer recordings is exit code 1. Sets the outputs result and commit.',
  options: {
    branch: { type: 'string', value: 'name', describe: "the pull request's own branch" },
    never: {
      type: 'string',
      multiple: true,
      value: 'name',
      describe: 'a branch that is not to be pushed to, whatever --branch says',
    },
    remote: remoteOption,
    message: { type: 'string', value: 'text', describe: 'of the commit; default: Record cassettes anew' },
    folder: folderOption,
  },
  examples: [
    { command: 'reel ci push --branch "$HEAD_REF" --never main', describe: 'in the committing job' },
  ],
  async run({ options, cwd, env, json, out }) {
    if (options.branch === undefined)
      throw new UsageError('it has to be said which branch gets the recordings', 'write --branch <name>');
    const pushed = await pushCassettes({
      git: repository(cwd, withCredentials(env)),
      branch: options.branch,
      never: given(options.never),
      remote: options.remote || 'origin',
      message: options.message || 'Record cassettes anew',
      folders: given(options.folder),
    });
    const { result, commit, files, left } = pushed;
    setOutputs({ result, commit: commit ?? '' }, env);
    if (json) out.json(pushed);
    else {
      for (const path of left) out.note(`left alone, it is no cassette: ${withoutControls(path)}`);
      switch (result) {
        case 'nothing':
          out.note(`nothing to commit: the cassettes are those that ${options.branch} has`);
          break;
        case 'pushed':
          out.note(`${plural(files.length, 'file')} pushed to ${options.branch} (${commit!.slice(0, 10)})`);
          break;
        case 'conflict':
          for (const path of files) out.print(withoutControls(path));
          out.note(
            `${options.branch} has other recordings of these by now; nothing was pushed: record again`,
          );
      }
    }
    return result === 'conflict' ? 1 : 0;
  },
});
