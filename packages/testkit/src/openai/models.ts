import { json, type Answer } from '../server/answer.ts';
import { requireModel } from './read-chat.ts';

const MODELS = [
  'gpt-4o',
  'gpt-4o-mini',
  'gpt-4.1-mini',
  'gpt-5',
  'o4-mini',
  'text-embedding-3-small',
  'text-embedding-3-large',
  'gpt-4o-mini-tts',
  'whisper-1',
  'gpt-image-1',
];

/** `GET /models`. */
export function listModels(): Answer {
  return json({ object: 'list', data: MODELS.map(model) });
}

/** `GET /models/:id`. */
export function retrieveModel(id: string): Answer {
  requireModel(id);
  return json(model(id));
}

function model(id: string): unknown {
  return { id, object: 'model', created: 1_715_367_049, owned_by: 'system' };
}
