import { syncBuiltinESMExports } from 'node:module';

type Method = (this: unknown, ...args: unknown[]) => unknown;

interface PatchedMethod {
  readonly descriptor: PropertyDescriptor;
  readonly original: Method;
  readonly wrapper: Method;
  /** `undefined` while the wrapper only passes calls on. */
  behavior: Method | undefined;
}

const patched = new WeakMap<object, Map<PropertyKey, PatchedMethod>>();

/** Found on wrappers of any copy of this file: an ESM and a CommonJS copy must not stack on each other. */
const mark = Symbol.for('reel.patched');

/**
 * Replaces a method of a global, a built-in module or a prototype; every such change of Reel's goes through here.
 *
 * The undo puts the original descriptor back, unless somebody else patched on top since: then their function, which calls
 * ours, stays where it is, and ours passes every call on. Patching the same method later revives it in place.
 * @param replace makes the new method; it is given the one that was there.
 * @returns the undo; calling it twice does nothing.
 * @throws when the method is patched by Reel already: that is a mistake of ours, two owners would undo each other.
 */
export function patchMethod<Target extends object, Name extends keyof Target>(
  target: Target,
  name: Name,
  replace: (original: Target[Name]) => Target[Name],
): () => void {
  let methods = patched.get(target);
  if (methods === undefined) patched.set(target, (methods = new Map()));
  const buried = methods.get(name);
  if (buried?.behavior !== undefined) throw new Error(`${String(name)} is patched already`);
  const method = buried ?? wrap(target, name);
  methods.set(name, method);
  const behavior = replace(method.original as Target[Name]) as Method;
  method.behavior = behavior;
  return () => {
    if (method.behavior !== behavior) return;
    method.behavior = undefined;
    if (Object.getOwnPropertyDescriptor(target, name)?.value !== method.wrapper) return;
    Object.defineProperty(target, name, method.descriptor);
    methods.delete(name);
    syncBuiltinESMExports();
  };
}

function wrap(target: object, name: PropertyKey): PatchedMethod {
  const descriptor = Object.getOwnPropertyDescriptor(target, name);
  const original = descriptor?.value as Method | undefined;
  if (descriptor === undefined || typeof original !== 'function') {
    throw new TypeError(`${String(name)} is no method of its own`);
  }
  if (mark in original) throw new Error(`${String(name)} is patched already, by another copy of Reel`);
  const method: PatchedMethod = {
    descriptor,
    original,
    wrapper: function (this: unknown, ...args: unknown[]) {
      return (method.behavior ?? original).apply(this, args);
    },
    behavior: undefined,
  };
  // Name, length and whatever was hung on the function (`util.promisify.custom`) read as before.
  const { prototype: _own, ...properties } = Object.getOwnPropertyDescriptors(
    original,
  ) as PropertyDescriptorMap;
  Object.defineProperties(method.wrapper, { ...properties, [mark]: { value: true } });
  Object.defineProperty(target, name, { ...descriptor, value: method.wrapper });
  // `import { connect } from 'node:tls'` is a binding of its own; for anything but a built-in this does nothing.
  syncBuiltinESMExports();
  return method;
}
