import fc from 'fast-check';
import { METHODS } from 'node:http';
import { describe, expect, test } from 'vitest';
import { readGreeting } from './greeting.ts';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

describe('the first bytes of a connection', () => {
  test('tell HTTP/1 by its method, whichever Node parses', () => {
    for (const method of METHODS) expect(readGreeting(Buffer.from(`${method} / HTTP/1.1\r\n`))).toBe('http1');
  });

  test('tell HTTP/1 behind empty lines', () => {
    expect(readGreeting(Buffer.from('\r\n\r\nGET / HTTP/1.1\r\n'))).toBe('http1');
  });

  test('tell HTTP/2 by its whole preface, however many bytes follow', () => {
    expect(readGreeting(preface)).toBe('http2');
    expect(readGreeting(Buffer.concat([preface, Buffer.alloc(9)]))).toBe('http2');
  });

  test.each(['P', 'PR', 'PRI', 'PRI * HTTP/2', 'PROP', 'GE', 'GET', '\r\n'])(
    '%j may become either',
    (part) => {
      expect(readGreeting(Buffer.from(part))).toBeUndefined();
    },
  );

  test('that start a TLS handshake, a database or a shell are something else', () => {
    for (const bytes of [[0x16, 3, 1, 0], [0, 0, 0, 8, 4, 210], [...Buffer.from('SSH-2.0-x\r\n')]]) {
      expect(readGreeting(Buffer.from(bytes))).toBe('other');
    }
    expect(readGreeting(Buffer.from('PRI * HTTP/3.0'))).toBe('other');
  });

  test('give the same answer whenever they are enough, wherever they are cut', () => {
    const starts = fc.oneof(
      fc
        .constantFrom('POST /v1 HTTP/1.1\r\n', preface.toString(), '\u0016\u0003\u0001', 'HELO there')
        .map((text) => Buffer.from(text)),
      fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    );
    const isStable = fc.property(starts, fc.nat(40), (bytes, at) => {
      const early = readGreeting(bytes.subarray(0, Math.max(1, at)));
      return early === undefined || readGreeting(bytes) === early;
    });
    expect(() => fc.assert(isStable)).not.toThrow();
  });
});
