import { Unreadable } from '../reading/body.ts';
import { fieldsOf, type Fields } from '../reading/fields.ts';
import type { FoundSession } from '../reading/found.ts';
import type { NoteCode } from '../reading/notes.ts';
import type { Hints } from '../reading/recording.ts';
import { textOf } from '../reading/text.ts';
import { recordedUrl } from './url.ts';

/**
 * Where a session was opened, with `ws:` or `wss:`: as the recording has it, else what only one API says in its first messages.
 * @throws Unreadable
 */
export function sessionUrl({ url, frames }: FoundSession, { baseUrl }: Hints, notes: NoteCode[]): string {
  if (url !== undefined) return asSocket(recordedUrl(url.replace(/^ws/i, 'http'), notes));
  const derived = openAi(frames) ?? gemini(frames);
  if (derived === undefined && baseUrl === undefined)
    throw new Unreadable(
      'nothing tells where the WebSocket session was opened (name its URL with --base-url)',
    );
  notes.push('session-url-derived');
  if (derived === undefined) return asSocket(recordedUrl(baseUrl!.replace(/^ws/i, 'http'), notes));
  if (baseUrl === undefined) return `wss://${derived.host}${derived.target}`;
  const { origin } = new URL(baseUrl.replace(/^ws/i, 'http'));
  return asSocket(origin + derived.target);
}

interface Derived {
  readonly host: string;
  /** Path and query. */
  readonly target: string;
}

/** OpenAI's server speaks first, and names the model that the URL has. */
function openAi(frames: FoundSession['frames']): Derived | undefined {
  const session = frames
    .filter(({ direction }) => direction === 'received')
    .slice(0, 3)
    .map(({ data }) => parsed(data))
    .find((event) => textOf(event?.['type']) === 'session.created');
  const model = textOf(fieldsOf(session?.['session'])?.['model']);
  if (session === undefined) return undefined;
  const query = model === undefined ? '' : `?model=${encodeURIComponent(model)}`;
  return { host: 'api.openai.com', target: `/v1/realtime${query}` };
}

/** In Gemini's Live API the client speaks first; the form of the model's name tells the Gemini API from Vertex AI. */
function gemini(frames: FoundSession['frames']): Derived | undefined {
  const first = frames.find(({ direction }) => direction === 'sent');
  const setup = fieldsOf(first && parsed(first.data)?.['setup']);
  if (setup === undefined) return undefined;
  const location = /^projects\/[^/]+\/locations\/([\w-]+)\//.exec(textOf(setup['model']) ?? '')?.[1];
  if (location !== undefined) {
    return {
      host: `${location === 'global' ? '' : `${location}-`}aiplatform.googleapis.com`,
      target: '/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent',
    };
  }
  return {
    host: 'generativelanguage.googleapis.com',
    target: '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent',
  };
}

function parsed(data: Uint8Array): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(Buffer.from(data).toString('utf8')));
  } catch {
    return undefined;
  }
}

function asSocket(url: string): string {
  return url.replace(/^http/i, 'ws');
}
