import { environmentFor } from '../child/run-in-mode.ts';
import { openProxy } from '../exec/open-proxy.ts';
import { proxyOptions } from '../exec/proxy-options.ts';
import { summarizeProxy } from '../exec/proxy-summary.ts';
import { defineCommand, type Command } from '../frame/command.ts';
import { UsageError } from '../frame/usage-error.ts';

export const command: Command = defineCommand({
  usage: '[--port <port>] [--mode <mode>] [--cassette <name>] [--upstream <name=url>]... [--forward]',
  description: [
    'Starts the proxy on loopback and prints one line of JSON: url, port, mode, and the variables for programs that are to use it.',
    'Runs until SIGTERM or SIGINT, then saves what was recorded and prints a summary on stderr. Without --cassette every request has',
    'to name one: /@<cassette>/<provider>/... in its base URL, or the header x-reel-cassette.',
    'Exit code: 0, or 1 when a request missed or a cassette could not be saved.',
  ].join('\n'),
  options: {
    port: { type: 'string', short: 'p', value: 'port', describe: 'default 0: any that is free' },
    ...proxyOptions,
  },
  examples: [
    {
      command: 'reel proxy --port 4010 --cassette demo',
      describe: 'OPENAI_BASE_URL=http://127.0.0.1:4010/openai/v1',
    },
    {
      command: 'reel proxy --mode record -c demo --upstream local=http://127.0.0.1:8000/v1',
      describe: 'records a server of your own',
    },
  ],
  async run(context) {
    const { options: flags, cwd, json, out } = context;
    const port = readPort(flags.port);
    const environment = await environmentFor(context, { mode: flags.mode, allowInCI: flags['allow-in-ci'] });
    const { createSession } = await import('@reel/core/engine');
    const { mode } = createSession({ from: cwd, environment }).mode;
    // Before the address is printed: whoever reads it may ask us to stop at once.
    const stopped = signalled();
    const proxy = await openProxy({
      flags,
      cwd,
      environment,
      cassette: flags.cassette,
      port,
      onProblem: (text) => out.note(`reel: ${text}`),
    });
    const { url, variables, ca } = proxy;
    out.print(JSON.stringify({ url, port: proxy.port, mode, ...(ca && { ca }), variables }));
    await stopped;
    const report = await proxy.close('passed');
    const { summary, text, isRed, errors } = await summarizeProxy(report, out.paintNote.isColorSupported);
    // The address is a document already; whoever asks for JSON reads lines.
    if (json) out.print(JSON.stringify({ summary, errors }));
    else if (text !== '') out.note(text);
    return isRed ? 1 : 0;
  },
});

function readPort(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(
    `--port cannot be ${JSON.stringify(text)}`,
    'write a number from 0 to 65535; 0 takes a free one',
  );
}

/** Resolves at the first signal to stop. A second one ends the process at once, as it does everywhere. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, stop);
      resolve();
    };
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  });
}
