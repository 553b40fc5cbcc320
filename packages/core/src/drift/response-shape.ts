import { mediaType } from '../model/headers.ts';
import type { Interaction } from '../model/interaction.ts';
import { findProvider } from '../providers/index.ts';
import type { StreamEvent } from '../providers/provider.ts';
import { readResponse } from '../providers/readable.ts';
import { endpointName } from './endpoint-name.ts';
import { addValue, emptyShape, type Shape } from './shape.ts';

/** How a body is read: one JSON document, a stream of events, other text or bytes, or no body. */
export type BodyKind =
  | 'JSON'
  | 'a stream of events'
  | 'text'
  | 'binary data'
  | 'empty'
  | 'a WebSocket session';

/** The shape of the answers of one endpoint with one status. */
export interface ResponseShape {
  readonly endpoint: string;
  /** 0 when no answer came. */
  readonly status: number;
  readonly bodies: Set<BodyKind>;
  /** Without parameters, lower case. */
  readonly mediaTypes: Set<string>;
  readonly json: Shape;
  /** By the name of the event, or the `type` its payload names; `''` for streams whose events have no names. */
  readonly events: Map<string, Shape>;
  /** Some sample was cut: what is not in the shape may have been in the rest. */
  isPartial: boolean;
  /** Every stream came to the end that its provider's protocol has. */
  isFinished: boolean;
}

/** The shape of one recorded answer. Never throws: a body that is not what it says is text. */
export function shapeOf(interaction: Interaction): ResponseShape {
  const shape: ResponseShape = {
    endpoint: endpointName(interaction.request.method, interaction.request.url),
    status: interaction.response?.status ?? 0,
    bodies: new Set(),
    mediaTypes: new Set(),
    json: emptyShape(),
    events: new Map(),
    isPartial: false,
    isFinished: true,
  };
  addToShape(shape, interaction);
  return shape;
}

/** Adds one more sample of the same endpoint and status. */
export function addToShape(shape: ResponseShape, interaction: Interaction): void {
  const { response, chunks, ending, session } = interaction;
  if (ending.kind === 'aborted') shape.isPartial = true;
  if (response === undefined) return;
  if (session !== undefined) {
    shape.bodies.add('a WebSocket session');
    for (const { from, isBinary, bytes } of session.frames) {
      if (from === 'client') continue;
      // Google sends its JSON in binary messages.
      const data = parse(Buffer.from(bytes).toString());
      if (!isBinary || data !== '') addEvent(shape, { ...sessionEventName(data), data });
    }
    return;
  }
  const type = mediaType(response.headers);
  shape.mediaTypes.add(type);
  const readable = readResponse(interaction);
  if (readable.events !== undefined) {
    shape.bodies.add('a stream of events');
    for (const event of readable.events) addEvent(shape, event);
    if (ending.kind === 'end') {
      shape.isFinished &&= findProvider(interaction.request.url)?.isComplete(readable) ?? true;
    }
  } else if ('json' in readable) {
    shape.bodies.add('JSON');
    addValue(shape.json, readable.json);
  } else if (chunks.length === 0) {
    shape.bodies.add('empty');
  } else {
    shape.bodies.add(/^text\/|json|xml|javascript/.test(type) ? 'text' : 'binary data');
  }
}

/** Gemini's Live API has no `type`: the first field is the kind of the message. */
function sessionEventName(data: unknown): { event?: string } {
  if (typeof data !== 'object' || data === null || 'type' in data) return {};
  const event = Object.keys(data).find((key) => key !== 'usageMetadata');
  return event === undefined ? {} : { event };
}

function addEvent(shape: ResponseShape, { event, data }: StreamEvent): void {
  const kind = (data as { type?: unknown } | null | undefined)?.type;
  const name = event ?? (typeof kind === 'string' ? kind : typeof data === 'string' ? data.slice(0, 20) : '');
  let known = shape.events.get(name);
  if (known === undefined) {
    known = emptyShape();
    shape.events.set(name, known);
  }
  addValue(known, data);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Text that is no JSON has no shape, and its words are nobody's business.
    return '';
  }
}
