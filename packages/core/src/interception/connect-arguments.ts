/** Options of `net.Socket.connect` or `tls.connect`, as loose as Node takes them. */
export interface ConnectOptions {
  readonly host?: string | undefined;
  readonly port?: number | string | null | undefined;
  readonly path?: string | null | undefined;
  readonly [option: string]: unknown;
}

export interface ConnectArguments {
  readonly options: ConnectOptions;
  readonly callback: (() => void) | undefined;
}

/**
 * The four call forms of `socket.connect` (options; port and host; path; the array that `net.connect` passes on when it has
 * read them already) as one. Node documents the first three under `socket.connect()`.
 */
export function connectArguments(args: readonly unknown[]): ConnectArguments {
  const [first, second] = args;
  if (Array.isArray(first)) {
    return { options: (first[0] ?? {}) as ConnectOptions, callback: callbackOf(first as unknown[]) };
  }
  const callback = callbackOf(args);
  if (typeof first === 'object' && first !== null) return { options: first as ConnectOptions, callback };
  if (typeof first === 'string' && Number.isNaN(Number(first))) return { options: { path: first }, callback };
  return {
    options: {
      port: first as number | string | undefined,
      ...(typeof second === 'string' && { host: second }),
    },
    callback,
  };
}

/** The call forms of `tls.connect`: those of `net.connect`, with an options object after port and host. */
export function tlsConnectArguments(args: readonly unknown[]): ConnectArguments {
  const { options, callback } = connectArguments(args);
  const extra = [args[1], args[2]].find((value) => typeof value === 'object' && value !== null);
  return { options: { ...options, ...(extra as object | undefined) }, callback };
}

function callbackOf(args: readonly unknown[]): (() => void) | undefined {
  const last = args.at(-1);
  return typeof last === 'function' ? (last as () => void) : undefined;
}
