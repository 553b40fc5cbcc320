export { cassetteHeader, cassettePath } from './cassette-address.ts';
export type { CloseOptions, ProxiedRequest, ProxyOptions, ProxyReport, SharedOptions } from './options.ts';
export { startForwardProxy } from './start-forward-proxy.ts';
export type { ForwardProxy, ForwardProxyOptions } from './start-forward-proxy.ts';
export { startProxy } from './start-proxy.ts';
export type { Proxy } from './start-proxy.ts';
