import type { OptionSpecs, OptionValues } from '../frame/command.ts';

/** Of the commands that start a proxy. */
export const proxyOptions = {
  mode: {
    type: 'string',
    short: 'm',
    value: 'mode',
    describe:
      'replay, record-if-missing, once, record, live or verify; default: REEL_MODE, or the config, or replay',
  },
  cassette: {
    type: 'string',
    short: 'c',
    value: 'name',
    describe: 'cassette for all requests: a name below the cassette folder, or a .jsonl file',
  },
  upstream: {
    type: 'string',
    multiple: true,
    value: 'name=url',
    describe: 'a server of your own as /<name>/..., or the gateway that stands in for a provider',
  },
  forward: {
    type: 'boolean',
    describe: 'be a forward proxy (HTTPS_PROXY, with a throw-away certificate) instead of a base URL',
  },
  intercept: {
    type: 'string',
    multiple: true,
    value: 'host',
    describe:
      'with --forward: one more host to record and replay: gateway.internal, *.example.com, 127.0.0.1:8080',
  },
  others: {
    type: 'string',
    value: 'what',
    choices: ['tunnel', 'refuse'],
    describe: 'with --forward: what happens to other hosts; default: refuse in replay, else tunnel',
  },
  'allow-in-ci': { type: 'boolean', describe: 'record although this is CI (sets REEL_ALLOW_RECORD=1)' },
} as const satisfies OptionSpecs;

export type ProxyFlags = OptionValues<typeof proxyOptions>;
