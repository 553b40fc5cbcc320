import { environmentFor } from '../child/run-in-mode.ts';
import { runChild } from '../child/run-child.ts';
import { cassetteFileOf, defaultCassette, hasCassette } from '../exec/cassette-of.ts';
import { openProxy } from '../exec/open-proxy.ts';
import { proxyOptions } from '../exec/proxy-options.ts';
import { summarizeProxy } from '../exec/proxy-summary.ts';
import { defineCommand, type Command } from '../frame/command.ts';
import { UsageError } from '../frame/usage-error.ts';

export const command: Command = defineCommand({
  usage: '[--mode <mode>] [--cassette <name>] [--forward | --preload] -- <command...>',
  description: [
    'Runs any program, in any language, with a proxy of Reel between it and the providers. SDKs find the proxy by their base-URL',
    'variables (OPENAI_BASE_URL, ANTHROPIC_BASE_URL, GOOGLE_GEMINI_BASE_URL, OLLAMA_HOST...); programs that read none, by',
    'HTTPS_PROXY with --forward; Node programs need no proxy with --preload. In replay, missing keys get placeholders.',
    "What was recorded is saved when the command succeeds. Exit code: the command's own, or 1 when it is 0 and a request missed.",
  ].join('\n'),
  options: {
    ...proxyOptions,
    preload: {
      type: 'boolean',
      describe: 'no proxy: load @reel/core/register into Node children (NODE_OPTIONS, REEL_CASSETTE)',
    },
  },
  takesCommand: true,
  examples: [
    {
      command: 'reel exec --mode record -- python agent.py',
      describe: 'records what agent.py calls, with your keys',
    },
    { command: 'reel exec -- python -m pytest', describe: 'replays it: offline, without keys' },
    {
      command: 'reel exec --forward -c smoke -- ./agent',
      describe: 'for a program whose base URL cannot be changed',
    },
    {
      command: 'reel exec --preload -- node server.js',
      describe: 'in the process itself, whatever client it uses',
    },
  ],
  async run(context) {
    const { options: flags, command: words, cwd, json, out } = context;
    if (flags.preload && (flags.forward || flags.upstream.length > 0)) {
      throw new UsageError('--preload starts no proxy', 'leave --forward and --upstream out');
    }
    const environment = await environmentFor(context, {
      mode: flags.mode,
      allowInCI: flags['allow-in-ci'],
    });
    const { allProviders, createSession, setPlaceholderKeys } = await import('@reel/core/engine');
    // Not started: it only says which mode and which folder hold.
    const session = createSession({ from: cwd, environment });
    const { mode } = session.mode;
    const cassette = flags.cassette ?? (environment['REEL_CASSETTE'] || defaultCassette(words));
    const childEnvironment: Record<string, string | undefined> = { ...environment, REEL_MODE: mode };
    if (mode === 'replay') setPlaceholderKeys(allProviders, childEnvironment);
    const stdout = json ? 'stderr' : 'inherit';

    if (flags.preload) {
      const register = import.meta.resolve('@reel/core/register');
      const { code } = await runChild(words, {
        cwd,
        stdout,
        env: {
          ...childEnvironment,
          REEL_CASSETTE: cassetteFileOf(session, cassette),
          NODE_OPTIONS: [environment['NODE_OPTIONS'], `--import=${register}`].filter(Boolean).join(' '),
        },
      });
      if (json) out.json({ command: words, mode, cassette, exitCode: code });
      return code;
    }

    const { shellQuote } = await import('@reel/core');
    const again = [
      'reel',
      'exec',
      '--mode',
      'record',
      '--cassette',
      cassette,
      ...(flags.forward ? ['--forward'] : []),
    ];
    const proxy = await openProxy({
      flags,
      cwd,
      environment,
      cassette,
      rerecord: `to record it: ${[...again, '--', ...words].map((word) => shellQuote(word)).join(' ')}`,
      onProblem: (text) => out.note(`reel: ${text}`),
    });
    let outcome: 'failed' | 'passed' = 'failed';
    let code = 1;
    let report: Awaited<ReturnType<typeof proxy.close>> | undefined;
    try {
      ({ code } = await runChild(words, {
        cwd,
        stdout,
        env: { ...childEnvironment, ...proxy.variables },
      }));
      if (code === 0) outcome = 'passed';
    } finally {
      report = await proxy.close(outcome);
    }
    const color = out.paintNote.isColorSupported;
    const { summary, text, isRed, errors } = await summarizeProxy(report, color);
    // A replay that nobody asked for anything has proved nothing, and whatever the program did, it did it past us.
    const provedNothing =
      mode === 'replay' &&
      report.reports.length === 0 &&
      errors.length === 0 &&
      hasCassette(session, cassette);
    const exitCode = code === 0 && (isRed || provedNothing) ? 1 : code;
    if (json) {
      out.json({
        command: words,
        mode,
        cassette,
        exitCode,
        commandExitCode: code,
        summary,
        errors,
        provedNothing,
      });
      return exitCode;
    }
    if (text !== '') out.note(text);
    if (report.reports.length === 0 && errors.length === 0 && mode !== 'live') {
      out.note(
        [
          `reel exec: no request reached the proxy${provedNothing ? `, although ${cassette} is recorded` : ''}`,
          flags.forward
            ? '  does the program read HTTPS_PROXY? A Node program needs Node 24.5, or --preload'
            : '  does its SDK read a base-URL variable? If not: --forward, or --preload for Node',
        ].join('\n'),
      );
    } else if (code !== 0 && summary.recorded > 0) {
      out.note(`reel exec: the command failed (${code}), so nothing was saved`);
    }
    return exitCode;
  },
});
