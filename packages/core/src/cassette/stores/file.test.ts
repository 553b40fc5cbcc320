import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isReelError, type ReelError } from '../../errors.ts';
import type { CassetteStore } from '../store.ts';
import { cassette, storeConformance } from '../../../test/cassette/store-conformance.ts';
import { createFileStore } from './file.ts';
import { thisProcess } from './process-identity.ts';

let root: string;
let store: CassetteStore;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'reel-store-'));
  store = createFileStore({ root, lockTimeout: 300 });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

storeConformance('file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reel-store-'));
  return {
    store: createFileStore({ root: join(folder, 'cassettes') }),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
});

const file = (name: string): string => join(root, name);
const filesIn = (folder: string): string[] => (existsSync(file(folder)) ? readdirSync(file(folder)) : []);
const isWindows = process.platform === 'win32';

function failure(work: () => unknown): ReelError {
  try {
    work();
  } catch (error) {
    if (isReelError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** A pid that no process has any more. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

describe('the file store', () => {
  it('writes `<name>.jsonl`, blobs in `<name>.blobs`, and leaves nothing else behind', () => {
    const hash = 'a'.repeat(32);
    store.update('chat/a', () => ({ ...cassette('x'), blobs: new Map([[hash, Uint8Array.of(1)]]) }));
    expect(filesIn('chat').toSorted()).toEqual(['a.blobs', 'a.jsonl']);
    expect(filesIn('chat/a.blobs')).toEqual([`${hash}.bin`]);
    store.update('chat/a', () => cassette('x'));
    expect(filesIn('chat')).toEqual(['a.jsonl']);
  });

  it('leaves no empty folders when nothing came of it', () => {
    store.update('deep/er/a', () => undefined);
    const journal = store.journal('other/a');
    journal.append(Buffer.from('x'));
    expect(filesIn('other')).toHaveLength(1);
    journal.discard();
    expect(readdirSync(root)).toEqual([]);
  });

  it('does not touch a file whose content stays the same', () => {
    store.update('a', () => cassette('x'));
    utimesSync(file('a.jsonl'), 1, 1);
    store.update('a', () => cassette('x'));
    expect(statSync(file('a.jsonl')).mtimeMs).toBe(1000);
  });

  it.skipIf(isWindows)('keeps the mode of the file', () => {
    store.update('a', () => cassette('x'));
    chmodSync(file('a.jsonl'), 0o640);
    store.update('a', () => cassette('y'));
    expect(statSync(file('a.jsonl')).mode & 0o777).toBe(0o640);
  });

  it.skipIf(isWindows)('writes through a link to the file it leads to, blobs and lock included', () => {
    const hash = 'a'.repeat(32);
    store.update('shared/a', () => cassette('x'));
    symlinkSync(join('shared', 'a.jsonl'), file('linked.jsonl'));
    store.update('linked', () => {
      expect(filesIn('shared')).toContain('a.jsonl.lock');
      return { ...cassette('y'), blobs: new Map([[hash, Uint8Array.of(7)]]) };
    });
    expect(lstatSync(file('linked.jsonl')).isSymbolicLink()).toBe(true);
    expect(store.read('shared/a')!.revision).toBe(store.read('linked')!.revision);
    expect([...store.readBlob('shared/a', hash)!]).toEqual([7]);
    expect([...store.readBlob('linked', hash)!]).toEqual([7]);
    expect(store.list()).toEqual(['linked', 'shared/a']);
  });

  it.skipIf(isWindows)('takes a link that leads nowhere for a mistake, not for an absent cassette', () => {
    symlinkSync('nowhere.jsonl', file('a.jsonl'));
    expect(failure(() => store.read('a')).code).toBe('REEL_STORE_UNREADABLE');
    expect(failure(() => store.update('a', () => cassette('x'))).code).toBe('REEL_STORE_UNREADABLE');
  });

  it.skipIf(isWindows)('lists the content of linked folders once, also when they hold themselves', () => {
    store.update('chat/a', () => cassette('x'));
    symlinkSync('..', file('chat/loop'));
    expect(store.list()).toEqual(['chat/a']);
  });

  it.skipIf(isWindows)('says which link leads in a circle when it lists', () => {
    store.update('chat/a', () => cassette('x'));
    symlinkSync('circle', file('chat/circle'));
    expect(failure(() => store.list())).toMatchObject({
      code: 'REEL_STORE_UNREADABLE',
      message: expect.stringContaining('chat/circle') as string,
    });
  });

  it('repairs a blob of the wrong content', () => {
    const hash = 'a'.repeat(32);
    const files = { ...cassette('x'), blobs: new Map([[hash, Uint8Array.of(1)]]) };
    store.update('a', () => files);
    writeFileSync(file(`a.blobs/${hash}.bin`), 'cut');
    store.update('a', () => files);
    expect([...store.readBlob('a', hash)!]).toEqual([1]);
  });

  it('leaves alone what somebody else put into the folder of the blobs', () => {
    store.update('a', () => ({ ...cassette('x'), blobs: new Map([['a'.repeat(32), Uint8Array.of(1)]]) }));
    writeFileSync(file('a.blobs/README'), 'mine');
    store.remove('a');
    expect(filesIn('a.blobs')).toEqual(['README']);
  });

  it('says where a cassette is from the working directory, with slashes', () => {
    const inside = createFileStore({ root: 'cassettes' });
    expect(inside.locate('chat/a')).toBe('cassettes/chat/a.jsonl');
    expect(store.locate('a')).toBe(relative(process.cwd(), file('a.jsonl')).replaceAll('\\', '/'));
  });
});

describe('the file store cannot write and says why', () => {
  it('when a file is where a folder is needed', () => {
    writeFileSync(file('chat'), 'a file');
    for (const work of [
      () => store.update('chat/a', () => cassette('x')),
      () => store.journal('chat/a').append(Buffer.from('x')),
    ]) {
      const error = failure(work);
      expect(error.code).toBe('REEL_STORE_UNWRITABLE');
      expect(error.what).toContain(`${file('chat')} is a file`);
      expect(error.fix).toContain('move that file away');
    }
    expect(failure(() => store.read('chat/a')).code).toBe('REEL_STORE_UNREADABLE');
    expect(readFileSync(file('chat'), 'utf8')).toBe('a file');
  });

  it('when a folder is where the file should be', () => {
    mkdirSync(file('a.jsonl'));
    expect(failure(() => store.read('a')).what).toContain('there is a folder');
    expect(failure(() => store.update('a', () => cassette('x'))).code).toBe('REEL_STORE_UNREADABLE');
  });

  it('when the file is read-only, and keeps it', () => {
    store.update('a', () => cassette('x'));
    const before = store.read('a')!.revision;
    chmodSync(file('a.jsonl'), 0o444);
    const error = failure(() => store.update('a', () => cassette('y')));
    expect(error.code).toBe('REEL_STORE_UNWRITABLE');
    expect(error.what).toContain('read-only');
    expect(store.read('a')!.revision).toBe(before);
    chmodSync(file('a.jsonl'), 0o644);
    expect(readdirSync(root)).toEqual(['a.jsonl']);
  });
});

describe('the lock of a cassette', () => {
  const lock = (): string => file('a.jsonl.lock');
  const leave = (holder: object, ageInSeconds = 0): void => {
    writeFileSync(
      lock(),
      JSON.stringify({ since: '2026-11-20T10:00:00.000Z', token: 'somebody', ...holder }),
    );
    const time = Date.now() / 1000 - ageInSeconds;
    utimesSync(lock(), time, time);
  };
  const update = (): void => store.update('a', () => cassette('x'));

  it('is there during an update, and gone afterwards', () => {
    store.update('a', () => {
      expect(JSON.parse(readFileSync(lock(), 'utf8'))).toMatchObject({ pid: process.pid });
      return undefined;
    });
    expect(existsSync(lock())).toBe(false);
  });

  it('of a living process is waited for, and then named with the way out', () => {
    leave({ ...thisProcess(), pid: process.ppid, started: undefined });
    const error = failure(update);
    expect(error.code).toBe('REEL_CASSETTE_LOCKED');
    expect(error.what).toContain(`process ${process.ppid} on ${hostname()} (since 2026-11-20T10:00:00.000Z)`);
    expect(error.what).toContain('0.3 s');
    expect(error.fix).toContain(lock());
    expect(store.exists('a')).toBe(false);
    expect(existsSync(lock())).toBe(true);
  });

  it.each([
    ['of a dead process', () => leave({ ...thisProcess(), pid: deadPid() })],
    ['of a process whose pid was given to another', () => leave({ ...thisProcess(), started: '1' })],
    ['older than any update takes', () => leave(thisProcess(), 31)],
    ['of another host, when it is old', () => leave({ pid: 1, host: 'elsewhere' }, 31)],
    [
      'whose process was killed before it wrote its name',
      () => {
        writeFileSync(lock(), '');
        utimesSync(lock(), Date.now() / 1000 - 2, Date.now() / 1000 - 2);
      },
    ],
  ])('%s is taken over', (name, prepare) => {
    if (name.includes('pid was given') && process.platform !== 'linux') return;
    prepare();
    update();
    expect(readdirSync(root)).toEqual(['a.jsonl']);
  });

  it('of another host is respected while it is young', () => {
    leave({ pid: deadPid(), host: 'elsewhere' });
    expect(failure(update).what).toContain('on elsewhere');
  });

  it('is taken over by one only: a claim that somebody else has just made is waited for', () => {
    leave({ ...thisProcess(), pid: deadPid() });
    const { ino, mtimeNs } = statSync(lock(), { bigint: true });
    const claim = `${lock()}.${ino}-${mtimeNs}`;
    writeFileSync(claim, '');
    expect(failure(update).code).toBe('REEL_CASSETTE_LOCKED');
    // Who made the claim was killed before it could remove the lock.
    utimesSync(claim, Date.now() / 1000 - 3, Date.now() / 1000 - 3);
    update();
    expect(readdirSync(root)).toEqual(['a.jsonl']);
  });

  it('that was lost on the way makes the update start again from what is stored then', () => {
    const seen: (string | undefined)[] = [];
    store.update('a', (current) => {
      seen.push(current?.revision);
      if (seen.length === 1) {
        // Another process took the lock of one that stood still, wrote, and released it.
        rmSync(lock());
        createFileStore({ root }).update('a', () => cassette('theirs'));
      }
      return cassette('mine');
    });
    expect(seen).toHaveLength(2);
    expect(seen[1]).toBeDefined();
    expect(readdirSync(root)).toEqual(['a.jsonl']);
  });
});

describe('a journal', () => {
  it('is a hidden file beside the cassette, there from the first append to the end', () => {
    const journal = store.journal('chat/a');
    expect(filesIn('chat')).toEqual([]);
    journal.append(Buffer.from('one\n'));
    journal.append(Buffer.from('two\n'));
    const [name] = filesIn('chat');
    expect(name).toMatch(new RegExp(`^\\.a\\.jsonl\\.${process.pid}-.*\\.journal$`));
    expect(readFileSync(file(`chat/${name}`), 'utf8')).toBe('one\ntwo\n');
    journal.discard();
    expect(existsSync(file('chat'))).toBe(false);
  });

  it('left by a dead process goes with the next writing of that cassette; others stay', () => {
    store.journal('a').append(Buffer.from('x'));
    const [own] = readdirSync(root) as [string];
    const [, host] = /\d+-([0-9a-f]{6})-/.exec(own)!;
    const dead = deadPid();
    const names = {
      deadJournal: `.a.jsonl.${dead}-${host}-00000000.journal`,
      deadTemporary: `.a.jsonl.${dead}-${host}-00000000.tmp`,
      otherCassette: `.b.jsonl.${dead}-${host}-00000000.journal`,
      otherHost: `.a.jsonl.${dead}-000000-00000000.journal`,
      forgottenHost: `.a.jsonl.${dead}-000001-00000000.journal`,
      unrelated: '.a.jsonl.swp',
    };
    for (const name of Object.values(names)) writeFileSync(file(name), 'x');
    const longAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
    utimesSync(file(names.forgottenHost), longAgo, longAgo);

    store.update('a', () => cassette('x'));
    expect(readdirSync(root).toSorted()).toEqual(
      [own, names.otherCassette, names.otherHost, names.unrelated, 'a.jsonl'].toSorted(),
    );
  });

  it('stays within the length of a file name for the longest cassette name', () => {
    const name = `${'記'.repeat(53)}x`;
    const journal = store.journal(name);
    journal.append(Buffer.from('x'));
    store.update(name, () => cassette('x'));
    journal.discard();
    expect(store.list()).toEqual([name]);
    expect(dirname(file(`${name}.jsonl`))).toBe(root);
  });
});
