import net from 'node:net';
import { expect, test } from 'vitest';
import { connectArguments, tlsConnectArguments } from './connect-arguments.ts';

const callback = (): void => {};

test('the call forms of socket.connect mean the same', () => {
  expect(connectArguments([{ port: 443, host: 'a' }, callback])).toEqual({
    options: { port: 443, host: 'a' },
    callback,
  });
  expect(connectArguments([443, 'a', callback])).toEqual({ options: { port: 443, host: 'a' }, callback });
  expect(connectArguments(['443', 'a'])).toEqual({
    options: { port: '443', host: 'a' },
    callback: undefined,
  });
  expect(connectArguments([443])).toEqual({ options: { port: 443 }, callback: undefined });
  expect(connectArguments(['/a.sock', callback])).toEqual({ options: { path: '/a.sock' }, callback });
});

test('what net.connect has read already is taken as it is', () => {
  const passed: unknown[][] = [];
  const socket = new net.Socket();
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function capture(this: net.Socket, ...args: unknown[]) {
    passed.push(args);
    return this;
  } as typeof connect;
  try {
    net.connect(443, 'a', callback);
    net.connect({ port: 443, host: 'a' });
  } finally {
    net.Socket.prototype.connect = connect;
    socket.destroy();
  }
  expect(connectArguments(passed[0]!)).toEqual({ options: { port: 443, host: 'a' }, callback });
  expect(connectArguments(passed[1]!)).toMatchObject({
    options: { port: 443, host: 'a' },
    callback: undefined,
  });
});

test('tls.connect takes its options behind port and host', () => {
  expect(tlsConnectArguments([443, 'a', { ca: 'x' }, callback])).toEqual({
    options: { port: 443, host: 'a', ca: 'x' },
    callback,
  });
  expect(tlsConnectArguments([443, { host: 'b' }])).toMatchObject({ options: { port: 443, host: 'b' } });
  expect(tlsConnectArguments([{ port: 443, host: 'a' }, callback])).toEqual({
    options: { port: 443, host: 'a' },
    callback,
  });
});
