import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';

import { createDesk, providerNames, type ProviderName } from '../src/index.ts';
import { collect } from '../test/collect.ts';
import { provoking } from '../test/provoke.ts';

const provoked = new Set<string>();

function provoke(provider: ProviderName, headers: Record<string, string>): void {
  const [name, value] = provoking(provider, headers);
  process.env[name] = value;
  provoked.add(name);
}

afterEach(() => {
  for (const name of provoked) delete process.env[name];
  provoked.clear();
});

const failures = [
  ['stays busy', 429, 'busy'],
  ['is out of order', 500, 'unavailable'],
  ['does not know the key', 401, 'misconfigured'],
  ['rejects the request', 400, 'rejected'],
] as const;

for (const provider of providerNames) {
  describe(`when ${provider}`, () => {
    it('is busy once, the customer does not notice', async () => {
      provoke(provider, { fail: '429', times: '1' });
      const desk = await createDesk({ provider });

      const answer = await desk.answer(`Good morning, ${provider}!`);

      assert.equal(answer.stop, 'answered');
    });

    for (const [what, status, kind] of failures) {
      it(`${what}, the failure says so`, async () => {
        provoke(provider, { fail: String(status) });
        const desk = await createDesk({ provider });

        await assert.rejects(desk.answer('Anybody home?'), { name: 'ModelFailure', kind });
      });
    }

    it('hangs up in the middle of an answer, the pieces until then have arrived', async () => {
      provoke(provider, { 'hang-up-after': '6' });
      const desk = await createDesk({ provider });
      let pieces = 0;

      const reading = (async () => {
        for await (const { type } of desk.ask('What is your favorite color, and why?')) {
          if (type === 'text') pieces += 1;
        }
      })();

      await assert.rejects(reading, { name: 'ModelFailure', kind: 'interrupted' });
      assert.ok(pieces > 0);
    });
  });
}

it('a failed search of the handbook is reported to the model, which goes on', async () => {
  provoke('openai', { fail: '500' });
  const desk = await createDesk({ provider: 'anthropic' });

  const last = (await collect(desk.ask('How long is the warranty on grinders?'))).at(-1);

  assert.ok(last?.type === 'done');
  assert.equal(last.answer.stop, 'answered');
  assert.deepEqual(
    last.answer.tools.map(({ name, ok }) => ({ name, ok })),
    [{ name: 'search_handbook', ok: false }],
  );
});
