import { describe, expect, it } from 'vitest';
import type { Tape } from '../model/tape.ts';
import { createKeyOf, createMatchIndex } from './index.ts';
import type { MatchOptions, MatchRequest } from './matcher.ts';

const url = 'https://api.openai.com/v1/chat/completions';

function chat(content: unknown, changes: Partial<MatchRequest> = {}): MatchRequest {
  const body = Buffer.from(JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] }));
  return { method: 'POST', url, headers: [['content-type', 'application/json']], body, ...changes };
}

/** The same request written in another way: only its key tells that it is equal. */
function rewritten(request: MatchRequest): MatchRequest {
  return { ...request, body: Buffer.from(JSON.stringify(JSON.parse(request.body.toString()), null, 2)) };
}

interface CountingTape extends Tape {
  readonly requests: MatchRequest[];
  /** Positions asked for, in order. */
  readonly reads: number[];
}

function tapeOf(...requests: MatchRequest[]): CountingTape {
  const reads: number[] = [];
  return {
    requests,
    reads,
    requestAt(index) {
      reads.push(index);
      return requests[index];
    },
    interactionAt() {
      throw new Error('matching needs no response');
    },
  };
}

function indexOf(tape: Tape, options: MatchOptions = {}) {
  const index = createMatchIndex(tape, options);
  return {
    index,
    /** Finds and takes: the position, or what was found instead. */
    serve(request: MatchRequest) {
      const found = index.find(request);
      if (found === undefined || 'exhausted' in found) return found;
      index.take(found.index);
      return found.index;
    },
    /** As `serve`, for a program that began again. */
    again(request: MatchRequest) {
      const position = index.again(request);
      if (position !== undefined) index.take(position);
      return position;
    },
  };
}

describe.each([
  ['byte for byte as recorded', (request: MatchRequest) => request],
  ['equal but written differently', rewritten],
])('a request %s', (_, sent) => {
  it('gets equal recordings first in, first out, then a count of them', () => {
    const { serve } = indexOf(tapeOf(chat('a'), chat('b'), chat('a'), chat('a')));
    expect([serve(sent(chat('a'))), serve(sent(chat('a'))), serve(sent(chat('a')))]).toEqual([0, 2, 3]);
    expect(serve(sent(chat('a')))).toEqual({ exhausted: 3 });
    expect(serve(sent(chat('b')))).toBe(1);
  });

  it('may come in any order beside different ones', () => {
    const { serve } = indexOf(tapeOf(chat('a'), chat('b'), chat('c'), chat('b')));
    expect(['c', 'b', 'a', 'b'].map((content) => serve(sent(chat(content))))).toEqual([2, 1, 0, 3]);
  });

  it('gets the last of its kind again with repeat: last', () => {
    const { serve, index } = indexOf(tapeOf(chat('a'), chat('b'), chat('a')), { repeat: 'last' });
    expect([1, 2, 3, 4].map(() => serve(sent(chat('a'))))).toEqual([0, 2, 2, 2]);
    expect(index.used()).toBe(2);
    expect(serve(sent(chat('c')))).toBeUndefined();
  });

  it('that used up its recordings gets them again in turn when the program begins again', () => {
    const { serve, again } = indexOf(tapeOf(chat('a'), chat('b'), chat('a')));
    expect([serve(sent(chat('a'))), serve(sent(chat('a')))]).toEqual([0, 2]);
    expect([1, 2, 3].map(() => again(sent(chat('a'))))).toEqual([0, 2, 0]);
    expect([serve(sent(chat('b'))), again(sent(chat('b')))]).toEqual([1, 1]);
    expect(again(sent(chat('c')))).toBeUndefined();
  });

  it('is offered to custom matchers in order', () => {
    const asked: string[] = [];
    const tenant = (request: MatchRequest): string =>
      request.headers.find(([name]) => name === 'x-tenant')![1];
    const of = (name: string): MatchRequest =>
      chat('a', {
        headers: [
          ['content-type', 'application/json'],
          ['x-tenant', name],
        ],
      });
    const { serve, again } = indexOf(tapeOf(of('one'), of('two'), of('two')), {
      custom: [
        (incoming, recorded) => {
          asked.push(tenant(recorded));
          return tenant(incoming) === tenant(recorded) || 'another tenant';
        },
      ],
    });
    expect(serve(sent(of('two')))).toBe(1);
    expect(new Set(asked)).toEqual(new Set(['one', 'two']));
    expect(serve(sent(of('one')))).toBe(0);
    expect(serve(sent(of('two')))).toBe(2);
    expect(serve(sent(of('two')))).toEqual({ exhausted: 2 });
    expect(serve(sent(of('three')))).toBeUndefined();
    expect(['two', 'one', 'two', 'one', 'two', 'three'].map((name) => again(sent(of(name))))).toEqual([
      1,
      0,
      2,
      0,
      1,
      undefined,
    ]);
  });
});

describe('createMatchIndex', () => {
  it('does not use a recording up by finding it', () => {
    const { index } = indexOf(tapeOf(chat('a'), chat('a')));
    expect(index.find(chat('a'))).toEqual({ index: 0 });
    expect(index.find(chat('a'))).toEqual({ index: 0 });
    expect(index.used()).toBe(0);
  });

  it('reads no further than a replay in order has come', () => {
    const tape = tapeOf(...Array.from({ length: 50 }, (_, i) => chat(i)));
    const { serve } = indexOf(tape);
    for (let i = 0; i < 5; i++) expect(serve(chat(i))).toBe(i);
    for (let i = 5; i < 10; i++) expect(serve(rewritten(chat(i)))).toBe(i);
    expect(Math.max(...tape.reads)).toBe(9);
  });

  it('reads to the end once for a miss, and not again for the next one', () => {
    const tape = tapeOf(...Array.from({ length: 50 }, (_, i) => chat(i)));
    const { serve } = indexOf(tape);
    expect(serve(chat('x'))).toBeUndefined();
    const reads = tape.reads.length;
    expect(serve(chat('y'))).toBeUndefined();
    // The next recording, in case it is the very one, and the place after the last, in case the tape has grown.
    expect(tape.reads.length - reads).toBeLessThanOrEqual(2);
  });

  it('serves an earlier equal recording first, even when a later one is the same in every byte', () => {
    const { serve } = indexOf(tapeOf(chat('x'), rewritten(chat('a')), chat('a')));
    expect([serve(chat('a')), serve(chat('a')), serve(chat('x'))]).toEqual([1, 2, 0]);
  });

  it('finds what is appended to a tape in use', () => {
    const tape = tapeOf(chat('a'));
    const { serve } = indexOf(tape);
    expect(serve(chat('b'))).toBeUndefined();
    tape.requests.push(chat('b'));
    expect(serve(chat('b'))).toBe(1);
  });

  it('starts from the beginning after a rewind', () => {
    const { serve, index } = indexOf(tapeOf(chat('a'), chat('b'), rewritten(chat('a'))));
    const attempt = () => [serve(chat('b')), serve(chat('a')), serve(chat('a')), serve(chat('a'))];
    const first = attempt();
    index.rewind();
    expect(index.used()).toBe(0);
    expect(index.unused()).toEqual([0, 1, 2]);
    expect(attempt()).toEqual(first);
  });

  it('knows what comes next for a program that began again, also of what was never read', () => {
    const { again, index } = indexOf(tapeOf(chat('a'), chat('b'), chat('b')));
    expect(index.again(chat('b'))).toBe(1);
    expect([again(chat('b')), again(chat('b')), again(chat('b'))]).toEqual([1, 2, 1]);
    index.rewind();
    expect(again(chat('b'))).toBe(1);
    expect(index.used()).toBe(1);
  });

  it('lists what was not used, also what was never read', () => {
    const { serve, index } = indexOf(tapeOf(chat('a'), chat('b'), chat('c'), chat('d')));
    serve(chat('b'));
    expect(index.unused()).toEqual([0, 2, 3]);
    expect([index.isUsed(0), index.isUsed(1)]).toEqual([false, true]);
    expect(index.used()).toBe(1);
    index.take(1);
    expect(index.used()).toBe(1);
  });

  it('passes on the error of a tape that cannot be read, and stays usable', () => {
    let isBroken = true;
    const recorded = chat('a');
    const index = createMatchIndex(
      {
        requestAt(position) {
          if (isBroken) throw new Error('damaged');
          return position === 0 ? recorded : undefined;
        },
        interactionAt: () => {
          throw new Error('unused');
        },
      },
      {},
    );
    expect(() => index.find(chat('a'))).toThrow('damaged');
    isBroken = false;
    expect(index.find(chat('a'))).toEqual({ index: 0 });
  });

  it('matches by order alone with an empty `by`', () => {
    const { serve } = indexOf(tapeOf(chat('a'), chat('b')), { by: [] });
    expect([serve(chat('x')), serve(chat('y')), serve(chat('z'))]).toEqual([0, 1, { exhausted: 2 }]);
  });
});

describe('createKeyOf', () => {
  const same = (options: MatchOptions, a: MatchRequest, b: MatchRequest): boolean => {
    const keyOf = createKeyOf(options);
    return keyOf(a) === keyOf(b);
  };
  const get = (address: string, headers: [string, string][] = []): MatchRequest => ({
    method: 'GET',
    url: address,
    headers,
    body: new Uint8Array(0),
  });

  it('compares method, URL and body, and no header, by default', () => {
    expect(
      same(
        {},
        chat('a'),
        chat('a', {
          method: 'post',
          headers: [
            ['content-type', 'text/plain'],
            ['x-id', '1'],
          ],
        }),
      ),
    ).toBe(true);
    expect(same({}, chat('a'), chat('a', { method: 'PUT' }))).toBe(false);
    expect(same({}, chat('a'), chat('a', { url: `${url}?v=2` }))).toBe(false);
    expect(same({}, chat('a'), chat('b'))).toBe(false);
  });

  it('compares only the parts that `by` names', () => {
    expect(
      same(
        { by: ['method', 'path'] },
        chat('a'),
        chat('b', { url: 'http://gateway/v1/chat/completions?x=1' }),
      ),
    ).toBe(true);
    expect(same({ by: ['host'] }, get('https://h/a'), get('https://h/b?c'))).toBe(true);
    expect(same({ by: ['host'] }, get('https://h/a'), get('https://i/a'))).toBe(false);
    expect(same({ by: ['query'] }, get('https://h/a?x=1&y=2'), get('https://i/b?y=2&x=1'))).toBe(true);
    expect(same({ by: ['query'] }, get('https://h/a?x=1'), get('https://h/a'))).toBe(false);
  });

  it('compares the headers it is told to, all values of them', () => {
    const by = ['url', 'header:X-Tenant'] as const;
    expect(
      same({ by }, get('https://h/', [['x-tenant', 'a ']]), get('https://h/', [['X-TENANT', 'a']])),
    ).toBe(true);
    expect(same({ by }, get('https://h/', [['x-tenant', 'a']]), get('https://h/'))).toBe(false);
    const twice: [string, string][] = [
      ['x-tenant', 'a'],
      ['x-tenant', 'b'],
    ];
    expect(same({ by }, get('https://h/', twice), get('https://h/', [['x-tenant', 'a, b']]))).toBe(true);
    const multipart = (boundary: string) =>
      get('https://h/', [['content-type', `multipart/form-data; boundary=${boundary}`]]);
    expect(same({ by: ['header:content-type'] }, multipart('a'), multipart('b'))).toBe(true);
  });

  it('does not compare what `ignore` names, on either side', () => {
    expect(same({ ignore: ['messages.*.content'] }, chat('a'), chat('b'))).toBe(true);
    expect(
      same(
        { ignore: ['?session', '?utm_*'] },
        get('https://h/?a=1&session=2'),
        get('https://h/?utm_x=3&a=1'),
      ),
    ).toBe(true);
    expect(same({ ignore: ['?session'] }, get('https://h/?sessions=2'), get('https://h/'))).toBe(false);
    const form = (body: string): MatchRequest => ({
      ...get('https://h/', [['content-type', 'application/x-www-form-urlencoded']]),
      body: Buffer.from(body),
    });
    expect(same({ ignore: ['user', 'tag[]'] }, form('a=1&user=x&tag[]=1'), form('a=1&user=y&tag[]=2'))).toBe(
      true,
    );
  });

  it('masks by first-seen position over URL and body together', () => {
    const id = (digit: string) => `00000000-0000-4000-8000-00000000000${digit}`;
    const run = (inUrl: string, inBody: string) => chat(id(inBody), { url: `https://h/runs/${id(inUrl)}` });
    expect(same({ mask: ['uuid'] }, run('1', '1'), run('2', '2'))).toBe(true);
    expect(same({ mask: ['uuid'] }, run('1', '1'), run('2', '3'))).toBe(false);
    expect(same({}, run('1', '1'), run('2', '2'))).toBe(false);
  });

  it('masks in canonical order, so the order of keys does not matter', () => {
    const [a, b] = ['1b4e28ba-2fa1-41d2-883f-0016d3cca427', '6f9619ff-8b86-4011-b42d-00c04fc964ff'];
    const first = chat('', { body: Buffer.from(`{"x":"${a}","y":"${b}","z":"${a}"}`) });
    const second = chat('', { body: Buffer.from(`{"z":"${b}","y":"${a}","x":"${b}"}`) });
    expect(same({ mask: ['uuid'] }, first, second)).toBe(true);
  });

  it.each<[MatchOptions, RegExp]>([
    [{ by: ['bodies'] } as never, /"bodies" in match\.by/],
    [{ by: ['header:'] }, /"header:" in match\.by/],
    [{ mask: ['dates'] } as never, /"dates" in match\.mask/],
    [{ ignore: ['$'] }, /would ignore the whole body/],
    [{ ignore: ['**'] }, /would ignore the whole body/],
    [{ ignore: ['a['] }, /is not a path/],
    [{ ignore: ['?'] }, /is not a path/],
  ])('refuses %j', (options, message) => {
    expect(() => createKeyOf(options)).toThrow(message);
  });
});
