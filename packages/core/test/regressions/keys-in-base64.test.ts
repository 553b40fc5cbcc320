import { expect, test } from 'vitest';
import { findSecrets } from '../../src/redaction/guard.ts';
import { createRedactor } from '../../src/redaction/redactor.ts';

const redactor = createRedactor({}, {});

function found(note: string): unknown[] {
  return findSecrets(Buffer.from(`${JSON.stringify({ request: 1, json: { note } })}\n`), { known: [] });
}

/** Shapes of keys whose characters are those of base64, where each of them stands by chance in some picture. */
const shapes = [
  ['1/', '/0c3bt3TJm4207xt2PD2nSWSHh3s3b1x66'].join(''),
  ['AB', 'SK', 'QmVkcm9ja0FQSUtleS1hYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3ODk'.repeat(2)].join(''),
];

test.each(shapes)('base64 that has %s in the middle stays whole', (shape) => {
  for (const before of ['/', '+', 'a']) {
    const picture = `data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA${'Qx7/9zk+'.repeat(30)}${before}${shape}/83M9EwLPVejZvRyu`;
    expect(redactor.text(JSON.stringify({ url: picture }))).toContain(picture);
    expect(found(picture)).toEqual([]);
  }
});

test.each(shapes)('%s alone is still a key', (shape) => {
  for (const text of [`"${shape}"`, `refresh_token=${shape}&x=1`, `Bearer ${shape}`]) {
    expect(redactor.text(text)).not.toContain(shape.slice(0, 16));
    expect(found(text)).not.toEqual([]);
  }
});
