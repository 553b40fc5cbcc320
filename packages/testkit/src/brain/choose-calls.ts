import { list, parseJson, record, text } from '../server/json.ts';
import { lastUserText, turnsSinceUser, type Conversation, type Tool, type ToolCall } from './conversation.ts';
import { fillSchema, type Material } from './fill-schema.ts';
import { findIn, type Findings } from './findings.ts';
import { keyWords, stem, stems } from './words.ts';

/**
 * The tool calls a model would make now; empty when it would rather talk.
 *
 * First round (no tool result since the user spoke): every word of the prompt elects the tool it belongs to, and all elected
 * tools are called at once. Later rounds: a tool is called when a result says `next: <tool>`, or when its description says
 * "after <tool>", that tool was just called, and the prompt asks for it by a word that is not also the first tool's.
 */
export function chooseCalls(conversation: Conversation): ToolCall[] {
  const { tools, toolChoice, parallel } = conversation;
  if (tools.length === 0 || toolChoice === 'none') return [];
  const since = turnsSinceUser(conversation);
  const results = since.filter((turn) => turn.role === 'tool');
  const material: Material = {
    findings: findIn(lastUserText(conversation)),
    known: knownValues(results.map((turn) => turn.result)),
  };

  let chosen: Tool[];
  if (typeof toolChoice === 'object') {
    chosen = results.length > 0 ? [] : tools.filter((tool) => tool.name === toolChoice.name);
  } else if (results.length > 0) {
    const called = new Set(since.flatMap((turn) => (turn.role === 'assistant' ? turn.calls : [])));
    chosen = followUps(tools, called, results, material.findings);
  } else {
    chosen = elect(
      tools.filter((tool) => predecessors(tool, tools).length === 0),
      material.findings,
    );
    if (chosen.length === 0 && toolChoice === 'required') chosen = tools.slice(0, 1);
  }
  const calls = chosen.flatMap((tool) => callsOf(tool, material));
  return parallel ? calls : calls.slice(0, 1);
}

function elect(tools: readonly Tool[], findings: Findings): Tool[] {
  const vocabulary = new Map(
    tools.map((tool) => [tool, { name: stems(tool.name), all: stems(`${tool.name} ${tool.description}`) }]),
  );
  const elected = new Set<Tool>();
  const undecided: Tool[][] = [];
  for (const word of new Set(findings.keyWords.map(stem))) {
    const knowing = tools.filter((tool) => vocabulary.get(tool)!.all.has(word));
    const named = knowing.filter((tool) => vocabulary.get(tool)!.name.has(word));
    const candidates = named.length > 0 ? named : knowing;
    if (candidates.length === 1) elected.add(candidates[0]!);
    else if (candidates.length > 1) undecided.push(candidates);
  }
  // A word several tools share ("order") speaks for one that another word elected already, else for the first.
  for (const candidates of undecided) {
    if (!candidates.some((tool) => elected.has(tool))) elected.add(candidates[0]!);
  }
  return tools.filter((tool) => elected.has(tool));
}

function followUps(
  tools: readonly Tool[],
  called: ReadonlySet<string>,
  results: readonly { readonly name: string; readonly result: string }[],
  findings: Findings,
): Tool[] {
  const said = stems(findings.text);
  return tools.filter((tool) => {
    if (called.has(tool.name)) return false;
    if (results.some(({ result }) => namesNext(result, tool.name))) return true;
    const first = predecessors(tool, tools).find((name) => called.has(name));
    if (first === undefined) return false;
    const predecessor = tools.find(({ name }) => name === first)!;
    const shared = stems(`${first} ${predecessor.description}`);
    const own = keyWords(`${tool.name} ${tool.description}`)
      .map(stem)
      .filter((word) => !shared.has(word));
    return own.some((word) => said.has(word));
  });
}

function namesNext(result: string, tool: string): boolean {
  return new RegExp(String.raw`\bnext"?\s*:\s*"?${literal(tool)}\b`, 'i').test(result);
}

/** Tools that a description wants called first: "Refunds an order, after lookup_order". */
function predecessors(tool: Tool, tools: readonly Tool[]): string[] {
  return tools
    .map(({ name }) => name)
    .filter(
      (name) =>
        name !== tool.name &&
        new RegExp(String.raw`\bafter\b[^.]*\b${literal(name)}\b`, 'i').test(tool.description),
    );
}

/** One call, or one for each of several things of a kind: "orders A-1 and A-2", "Paris and Berlin". */
function callsOf(tool: Tool, material: Material): ToolCall[] {
  const first = record(fillSchema(tool.schema, material));
  const calls: ToolCall[] = [{ name: tool.name, arguments: first }];
  const [parameter, value] =
    Object.entries(first).find(([name]) => list(tool.schema['required']).includes(name)) ?? [];
  if (parameter === undefined || typeof value !== 'string' || material.known.has(parameter)) return calls;
  for (const sibling of siblings(value, material.findings)) {
    calls.push({ name: tool.name, arguments: { ...first, [parameter]: sibling } });
  }
  return calls;
}

function siblings(value: string, { ids, names, text }: Findings): string[] {
  const identifier = ids.find((identifier) => identifier.value === value);
  if (identifier !== undefined) {
    return ids
      .filter(({ shape, value: other }) => shape === identifier.shape && other !== value)
      .map(({ value }) => value);
  }
  const at = names.indexOf(value);
  if (at === -1) return [];
  const rest = names.slice(at + 1);
  // Only names that the text coordinates with the first one.
  const isListed = (name: string): boolean =>
    new RegExp(String.raw`(?:,|\band|\bor)\s+${literal(name)}`).test(text);
  return rest.filter(isListed);
}

function knownValues(results: readonly string[]): Map<string, unknown> {
  const known = new Map<string, unknown>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    for (const [name, member] of Object.entries(record(value))) {
      if (typeof member === 'object' && member !== null) visit(member);
      else if (!known.has(name)) known.set(name, member);
    }
  };
  for (const result of results) visit(parseJson(text(result)));
  return known;
}

/** A text as a pattern that matches it and nothing else. */
function literal(text: string): string {
  return text.replace(/\W/g, String.raw`\$&`);
}
