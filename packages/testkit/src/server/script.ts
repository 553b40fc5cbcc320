import type { Behavior } from './behavior.ts';
import type { ReceivedRequest } from './call.ts';

/** A scripted answer: how to behave, for whom, and how often. */
export interface Script extends Behavior {
  /** Only requests to this mount: `openai`, `anthropic`, `http`... */
  readonly provider?: string;
  /** Only requests whose path contains this text or matches this pattern. */
  readonly path?: string | RegExp;
  /** How many requests it is for. Default 1. */
  readonly times?: number;
}

/** Scripts waiting for their requests. Each request takes the oldest one that matches it. */
export class ScriptQueue {
  readonly #waiting: { readonly script: Script; left: number }[] = [];

  add(script: Script): void {
    this.#waiting.push({ script, left: script.times ?? 1 });
  }

  /** The behavior for a request; an empty one when nothing is scripted for it. */
  take(request: ReceivedRequest): Behavior {
    const at = this.#waiting.findIndex(({ script }) => isFor(script, request));
    const entry = this.#waiting[at];
    if (entry === undefined) return {};
    entry.left -= 1;
    if (entry.left <= 0) this.#waiting.splice(at, 1);
    const { provider: _provider, path: _path, times: _times, ...behavior } = entry.script;
    return behavior;
  }

  /** How many scripted answers nobody has asked for yet. */
  get pending(): number {
    return this.#waiting.reduce((total, { left }) => total + left, 0);
  }

  clear(): void {
    this.#waiting.length = 0;
  }
}

function isFor({ provider, path }: Script, request: ReceivedRequest): boolean {
  if (provider !== undefined && provider !== request.provider) return false;
  if (path === undefined) return true;
  return typeof path === 'string' ? request.path.includes(path) : path.test(request.path);
}
