import type { ProxyReport } from '@reel/proxy';
import { UsageError } from '../frame/usage-error.ts';
import { baseUrlVariables } from './base-url-variables.ts';
import { readPairs } from './pairs.ts';
import type { ProxyFlags } from './proxy-options.ts';

export interface OpenProxyInit {
  readonly flags: ProxyFlags;
  readonly cwd: string;
  /** With the mode and the config in it. */
  readonly environment: Record<string, string | undefined>;
  readonly cassette?: string | undefined;
  readonly port?: number;
  /** For the message of a miss. */
  readonly rerecord?: string;
  /** A line for people, as it happens. */
  readonly onProblem: (text: string) => void;
}

/** A proxy of either kind that runs. */
export interface OpenProxy {
  readonly url: string;
  readonly port: number;
  /** For the environment of a program that is to use it. */
  readonly variables: Readonly<Record<string, string>>;
  /** Of a forward proxy: its certificate as a file, alone and with what the machine trusts. */
  readonly ca?: { readonly file: string; readonly bundle: string };
  close(outcome: 'passed' | 'failed'): Promise<ProxyReport>;
}

/** Starts the proxy that the options ask for. */
export async function openProxy(init: OpenProxyInit): Promise<OpenProxy> {
  const { flags, cwd, environment, cassette, port = 0, rerecord, onProblem } = init;
  assertTogether(flags);
  const shared = {
    port,
    from: cwd,
    environment,
    ...(cassette !== undefined && { cassette }),
    ...(rerecord !== undefined && { rerecord }),
    onWarning: onProblem,
  };
  if (flags.forward) {
    const { startForwardProxy } = await import('@reel/proxy');
    const proxy = await startForwardProxy({
      ...shared,
      hosts: flags.intercept,
      ...(flags.others !== undefined && { others: flags.others as 'refuse' | 'tunnel' }),
    });
    const { file, bundle } = proxy.ca;
    return {
      url: proxy.url,
      port: proxy.port,
      variables: proxy.variables(),
      ca: { file, bundle },
      close: (outcome) => proxy.close({ outcome }),
    };
  }
  const { startProxy } = await import('@reel/proxy');
  const proxy = await startProxy({ ...shared, upstream: readPairs('upstream', flags.upstream) });
  return {
    url: proxy.url,
    port: proxy.port,
    variables: baseUrlVariables(proxy),
    close: (outcome) => proxy.close({ outcome }),
  };
}

function assertTogether({ forward, upstream, intercept, others }: ProxyFlags): void {
  if (forward && upstream.length > 0) {
    throw new UsageError(
      '--upstream names paths of the reverse proxy, and --forward has none',
      'name hosts with --intercept; gateways with REEL_UPSTREAMS or upstreams in the config',
    );
  }
  if (!forward && (intercept.length > 0 || others !== undefined)) {
    throw new UsageError(
      '--intercept and --others are about the forward proxy',
      'add --forward, or use --upstream',
    );
  }
}
