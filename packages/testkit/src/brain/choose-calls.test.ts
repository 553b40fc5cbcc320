import { describe, expect, test } from 'vitest';
import { chooseCalls } from './choose-calls.ts';
import type { Conversation, Tool, Turn } from './conversation.ts';

function tool(name: string, description: string, ...parameters: string[]): Tool {
  const properties = Object.fromEntries(parameters.map((parameter) => [parameter, { type: 'string' }]));
  return { name, description, schema: { type: 'object', properties, required: parameters } };
}

const lookup = tool('lookup_order', 'Looks up an order by its id', 'order_id');
const refund = tool('refund_order', 'Refunds an order, after lookup_order', 'order_id');
const weather = tool('get_weather', 'Current weather in a city', 'city');
const search = tool('searchHelp', 'Searches the help center for articles', 'query');
const desk = [lookup, refund, weather, search];

function talk(prompt: string, rest: readonly Turn[] = [], changes: Partial<Conversation> = {}): unknown[] {
  const turns: Turn[] = [{ role: 'user', text: prompt }, ...rest];
  const conversation: Conversation = {
    model: 'm',
    system: '',
    turns,
    tools: desk,
    toolChoice: 'auto',
    parallel: true,
    ...changes,
  };
  return chooseCalls(conversation).map((call) => [call.name, call.arguments]);
}

const looked: Turn = { role: 'assistant', text: '', calls: ['lookup_order'] };
const found = (result: string): Turn => ({ role: 'tool', name: 'lookup_order', result });

describe('the first round', () => {
  test.each<[string, unknown[]]>([
    ['Where is my order A-1042?', [['lookup_order', { order_id: 'A-1042' }]]],
    ['Please refund order A-1042', [['lookup_order', { order_id: 'A-1042' }]]],
    [
      'Compare orders A-1 and A-2',
      [
        ['lookup_order', { order_id: 'A-1' }],
        ['lookup_order', { order_id: 'A-2' }],
      ],
    ],
    ['Order A-7 of customer C-9, please', [['lookup_order', { order_id: 'A-7' }]]],
    [
      'The weather in Rome, New York and Paris?',
      [
        ['get_weather', { city: 'Rome' }],
        ['get_weather', { city: 'New York' }],
        ['get_weather', { city: 'Paris' }],
      ],
    ],
    ['Does the help mention "late parcels"?', [['searchHelp', { query: 'late parcels' }]]],
    ['Tell me a joke about cats', []],
    ['', []],
  ])('%s', (prompt, expected) => {
    expect(talk(prompt)).toEqual(expected);
  });

  test('calls several tools at once, one when parallel calls are not wanted', () => {
    const prompt = 'What is the weather in Oslo, and where is order A-1?';
    expect(talk(prompt)).toHaveLength(2);
    expect(talk(prompt, [], { parallel: false })).toHaveLength(1);
  });

  test('obeys the tool choice', () => {
    expect(talk('Weather in Oslo', [], { toolChoice: 'none' })).toEqual([]);
    expect(talk('Tell me a joke', [], { toolChoice: 'required' })).toHaveLength(1);
    expect(talk('Anything', [], { toolChoice: { name: 'searchHelp' } })).toEqual([
      ['searchHelp', { query: 'anything' }],
    ]);
  });
});

describe('later rounds', () => {
  test('stop when nothing follows', () => {
    expect(talk('Where is my order A-1042?', [looked, found('{"status":"sent"}')])).toEqual([]);
  });

  test('go on with a tool that comes after the one called, when the prompt asks for it', () => {
    const turns = [looked, found('{"order_id":"B-7"}')];
    expect(talk('Refund the order of Ada', turns)).toEqual([['refund_order', { order_id: 'B-7' }]]);
  });

  test('go on with the tool a result names', () => {
    expect(talk('Where is my order?', [looked, found('not here, next: searchHelp')])).toMatchObject([
      ['searchHelp', {}],
    ]);
    expect(talk('Where is my order?', [looked, found('{"next":"get_weather","city":"Bonn"}')])).toEqual([
      ['get_weather', { city: 'Bonn' }],
    ]);
  });

  test('do not call a tool twice, and do not repeat a forced one', () => {
    const turns = [looked, found('next: lookup_order')];
    expect(talk('Where is my order?', turns)).toEqual([]);
    expect(talk('Order A-1', turns, { toolChoice: { name: 'lookup_order' } })).toEqual([]);
  });

  test('begin anew when the user speaks again', () => {
    const turns: Turn[] = [looked, found('{}'), { role: 'user', text: 'And order A-2?' }];
    expect(talk('Where is order A-1?', turns)).toEqual([['lookup_order', { order_id: 'A-2' }]]);
  });
});
