import { isLoopback, type Endpoint } from '../model/endpoint.ts';
import { parseHostPattern, type HostPattern } from './host-pattern.ts';

/** Whose business traffic to an endpoint is. */
export type Route =
  /** Recorded and replayed. */
  | 'intercept'
  /** Left alone. */
  | 'passthrough'
  /** Tracing, analytics, error reports: never recorded, and answered without network in replay. */
  | 'telemetry';

/** Hosts of observability services that agent frameworks and SDKs call by themselves. Extended by nothing: `intercept` wins. */
const telemetryHosts = [
  'api.smith.langchain.com',
  '*.api.smith.langchain.com',
  '*.langfuse.com',
  '*.posthog.com',
  '*.sentry.io',
  '*.segment.io',
  '*.segment.com',
  '*.amplitude.com',
  '*.mixpanel.com',
  '*.datadoghq.com',
  '*.datadoghq.eu',
  '*.honeycomb.io',
  '*.newrelic.com',
  '*.nr-data.net',
  '*.helicone.ai',
  '*.traceloop.com',
  'api.braintrust.dev',
  'telemetry.vercel.com',
  'telemetry.crewai.com',
  'statsig.anthropic.com',
  '*.statsigapi.net',
  '*.applicationinsights.azure.com',
];

export interface RouteOptions {
  readonly intercept: readonly string[];
  readonly passthrough: readonly string[];
  /** Loopback ports on which LLM servers listen (Ollama). */
  readonly loopbackPorts: readonly number[];
}

/** Decides, and remembers, whose business an endpoint is. */
export interface Routes {
  of(endpoint: Endpoint): Route;
  /**
   * Whether a bare TCP or TLS connection may carry HTTP of interest. Unlike an HTTP layer the socket layer does not know the
   * protocol, so it takes only ports 80 and 443, those that a provider or the options name, and where {@link noteHttp} says so.
   */
  watches(endpoint: Endpoint): boolean;
  /** A client speaks HTTP to this endpoint. */
  noteHttp(endpoint: Endpoint): void;
}

export function createRoutes({ intercept, passthrough, loopbackPorts }: RouteOptions): Routes {
  const wanted = compile(intercept);
  const unwanted = compile(passthrough);
  const telemetry = compile(telemetryHosts);
  const known = new Map<string, Route>();
  const ports = new Set<number>([80, 443, ...loopbackPorts, ...wanted.flatMap(({ port }) => port ?? [])]);
  const spokenTo = new Set<string>();
  const anyPort = wanted.filter(({ port }) => port === undefined);

  function decide(endpoint: Endpoint): Route {
    const isNamed = (pattern: HostPattern): boolean => pattern.matches(endpoint);
    if (unwanted.some(isNamed)) return 'passthrough';
    if (wanted.some(isNamed)) return 'intercept';
    if (telemetry.some(isNamed)) return 'telemetry';
    if (!isLoopback(endpoint.host)) return 'intercept';
    return loopbackPorts.includes(endpoint.port) ? 'intercept' : 'passthrough';
  }

  function of(endpoint: Endpoint): Route {
    const key = keyOf(endpoint);
    let route = known.get(key);
    if (route === undefined) {
      route = decide(endpoint);
      known.set(key, route);
    }
    return route;
  }

  function isHttp(endpoint: Endpoint): boolean {
    return (
      ports.has(endpoint.port) ||
      spokenTo.has(keyOf(endpoint)) ||
      anyPort.some((pattern) => pattern.matches(endpoint))
    );
  }

  return {
    of,
    watches: (endpoint) => isHttp(endpoint) && of(endpoint) !== 'passthrough',
    noteHttp(endpoint) {
      if (!ports.has(endpoint.port)) spokenTo.add(keyOf(endpoint));
    },
  };
}

function keyOf({ tls, host, port }: Endpoint): string {
  return `${tls ? 's' : ''}|${host}|${port}`;
}

function compile(patterns: readonly string[]): HostPattern[] {
  return patterns.flatMap((text) => parseHostPattern(text) ?? []);
}
