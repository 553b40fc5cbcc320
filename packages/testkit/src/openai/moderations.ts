import { hash } from '../brain/hash.ts';
import { words } from '../brain/words.ts';
import { json, type Answer } from '../server/answer.ts';
import type { Call } from '../server/call.ts';
import { record, text } from '../server/json.ts';
import { randomId } from '../server/random-id.ts';

const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  harassment: ['idiot', 'stupid'],
  'harassment/threatening': [],
  hate: ['hate'],
  'hate/threatening': [],
  illicit: ['steal'],
  'illicit/violent': [],
  'self-harm': [],
  'self-harm/intent': [],
  'self-harm/instructions': [],
  sexual: [],
  'sexual/minors': [],
  violence: ['kill', 'murder', 'attack'],
  'violence/graphic': [],
};

/** `POST /moderations`: a handful of words is flagged. */
export function moderate({ body }: Call): Answer {
  const inputs = Array.isArray(body['input']) ? body['input'] : [body['input']];
  const results = inputs.map((input) =>
    judge(typeof input === 'string' ? input : text(record(input)['text'])),
  );
  return json(
    { id: `modr-${randomId('base62', 29)}`, model: 'omni-moderation-latest', results },
    { indent: 2 },
  );
}

function judge(input: string): unknown {
  const said = new Set(words(input));
  const entries = Object.entries(CATEGORIES);
  const categories = Object.fromEntries(
    entries.map(([name, signs]) => [name, signs.some((sign) => said.has(sign))]),
  );
  const scores = entries.map(([name]) => [
    name,
    categories[name] ? 0.91 : (hash(`${name}:${input}`) % 1000) / 1e7,
  ]);
  return {
    flagged: Object.values(categories).includes(true),
    categories,
    category_scores: Object.fromEntries(scores),
    category_applied_input_types: Object.fromEntries(entries.map(([name]) => [name, ['text']])),
  };
}
