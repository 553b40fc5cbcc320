import { lastUserText, turnsSinceUser, type Conversation } from './conversation.ts';
import { pick } from './hash.ts';
import { keyWords, overlap, stems } from './words.ts';

// Several phrasings carry letters of more than one byte, so that every client meets characters cut by chunk boundaries.
const OPENINGS = [
  (topic: string) => `Here is the short version about ${topic}:`,
  (topic: string) => `Good question — ${topic} is simpler than it looks.`,
  (topic: string) => `Voilà, a résumé of ${topic}:`,
  (topic: string) => `Let me think about ${topic} for a moment… 🤔`,
  (topic: string) => `About ${topic} (漢字: 要点), in brief:`,
  (topic: string) => `Sure! On ${topic}:`,
];
const CLOSINGS = [
  (word: string) => `start with ${word}, check the result, and go on from there.`,
  (word: string) => `what matters most is ${word}; the rest follows from it.`,
  (word: string) => `keep an eye on ${word}, and you will be fine 👍.`,
  (word: string) => `${word} comes first, everything else is a détail.`,
  (word: string) => `a small change to ${word} usually goes a long way.`,
  (word: string) => `people often overlook ${word}, although it decides the outcome.`,
];

const GREETINGS = [
  'Hello! How can I help you today? 😊',
  'Hi there — what can I do for you?',
  'Bonjour! Ready when you are.',
];

/** What to say when no tool is called: a sentence or two, chosen by the conversation and nothing else. */
export function phrase(conversation: Conversation): string {
  const prompt = lastUserText(conversation);
  const results = turnsSinceUser(conversation).filter((turn) => turn.role === 'tool');
  if (results.length > 0) return fromResults(results, prompt);
  return (
    literal(prompt) ?? fromNotes(conversation, prompt) ?? fromKeyWords(prompt, conversation.variant ?? 0)
  );
}

/** What a model would think before it says {@link phrase}. */
export function thought(conversation: Conversation): string {
  const topic = keyWords(lastUserText(conversation)).slice(0, 4).join(', ') || 'very little';
  const tools = conversation.tools.length > 0 ? ' Some tools are at hand; one of them may know.' : '';
  return `The user asks about ${topic}. I should be brief and concrete.${tools} Let me answer.`;
}

function literal(prompt: string): string | undefined {
  const match =
    /\b(?:reply|respond|answer|say)\b[^:"“\n]*?\b(?:exactly|only|just)\b(?: (?:the word|with|this))?:?\s+(.+?)\s*$/isu.exec(
      prompt,
    );
  const words = match?.[1]?.replace(/^["“'](.*)["”']\.?$/su, '$1').replace(/\.$/, '');
  return words === '' ? undefined : words;
}

function fromResults(
  results: readonly { readonly name: string; readonly result: string }[],
  prompt: string,
): string {
  const facts = results.map(({ name, result }) => `${name} says: ${shorten(result)}`);
  const opening = pick(
    ['Here is what I found.', 'I looked it up.', 'Voilà — I checked.', 'Done ✅.'],
    prompt,
  );
  return `${opening} ${facts.join(' · ')}`;
}

function shorten(result: string): string {
  const plain = result.replace(/\s+/g, ' ').trim();
  const signs = [...plain];
  return signs.length <= 240 ? plain : `${signs.slice(0, 239).join('')}…`;
}

/** Quotes the sentence of the given notes (instructions, passages above the question) that fits the question best. */
function fromNotes({ system }: Conversation, prompt: string): string | undefined {
  const lines = prompt.trim().split(/\n+/);
  const question = stems(lines.at(-1) ?? '');
  const notes = [system, ...lines.slice(0, -1)].flatMap((part) => part.split(/(?<=[.!?])\s+|\n+/));
  let best: { sentence: string; score: number } | undefined;
  for (const sentence of notes) {
    const score = overlap(question, stems(sentence));
    if (score >= 2 && score > (best?.score ?? 0)) best = { sentence: sentence.trim(), score };
  }
  return best === undefined ? undefined : `According to the notes: “${best.sentence}” Does that help?`;
}

function fromKeyWords(prompt: string, variant: number): string {
  const words = keyWords(prompt);
  const seed = `${prompt}${'!'.repeat(variant)}`;
  if (words.length === 0) return pick(GREETINGS, seed);
  const topic = words.length > 1 ? `${words[0]} and ${words[1]}` : words[0]!;
  return `${pick(OPENINGS, seed)(topic)} ${pick(CLOSINGS, `${seed}?`)(words.at(-1)!)}`;
}
