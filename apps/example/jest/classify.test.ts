import { describe, expect, test } from '@jest/globals';

import { createDesk, providerNames } from '../src/index.ts';

const messages = [
  ['The delivery has not come for ten days.', 'delivery'],
  ['I would like a refund for the scale, it is too small for me.', 'refund'],
  ['My payment by card was declined twice.', 'payment'],
] as const;

describe.each(providerNames)('classification on %s', (provider) => {
  // All at once: each of them keeps to its own recording.
  test.concurrent.each(messages)('sorts "%s" under %s', async (message, category) => {
    const desk = await createDesk({ provider });

    const classification = await desk.classify(message);

    expect(classification.category).toBe(category);
  });
});
