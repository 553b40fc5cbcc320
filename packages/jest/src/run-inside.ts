type Run = <T>(fn: () => T) => T;
type Fn = (this: unknown, ...args: never[]) => unknown;

/**
 * A function like another one, run inside something. Jest looks at what it is given: the number of parameters says whether there
 * is a `done` callback, and generators are driven step by step.
 * @param enter gives what to run it inside; asked at each call
 */
export function runInside<F>(fn: F, enter: () => Run): F {
  const original = fn as Fn;
  const wrapped = isGenerator(original)
    ? function* wrapped(this: unknown, ...args: never[]) {
        const run = enter();
        const steps = run(() => original.apply(this, args)) as Generator;
        return yield* insideSteps(steps, run);
      }
    : function wrapped(this: unknown, ...args: never[]) {
        return enter()(() => original.apply(this, args));
      };
  Object.defineProperty(wrapped, 'length', { value: original.length });
  return wrapped as F;
}

function* insideSteps(steps: Generator, run: Run): Generator {
  let step = run(() => steps.next());
  while (step.done !== true) {
    let answer: unknown;
    try {
      answer = yield step.value;
    } catch (error) {
      step = run(() => steps.throw(error));
      continue;
    }
    step = run(() => steps.next(answer));
  }
  return step.value;
}

function isGenerator(fn: Fn): boolean {
  return Object.prototype.toString.call(fn) === '[object GeneratorFunction]';
}
