import { expect, test } from 'vitest';
import { patchMethod } from './patches.ts';

function target(): { greet: (name: string) => string } {
  return {
    greet(name) {
      return `hello ${name}`;
    },
  };
}

test('a patched method calls the new one, and the undo restores the descriptor', () => {
  const object = target();
  Object.defineProperty(object, 'greet', {
    value: object.greet,
    enumerable: false,
    configurable: true,
    writable: false,
  });
  const before = Object.getOwnPropertyDescriptor(object, 'greet');
  const undo = patchMethod(object, 'greet', (greet) => (name) => greet(name.toUpperCase()));
  expect(object.greet('you')).toBe('hello YOU');
  expect(Object.getOwnPropertyDescriptor(object, 'greet')).toMatchObject({
    enumerable: false,
    writable: false,
  });
  undo();
  undo();
  expect(Object.getOwnPropertyDescriptor(object, 'greet')).toEqual(before);
});

function greet(one: string, two: string): string {
  return one + two;
}

test('name, length and what hangs on the function stay', () => {
  const object = { greet: Object.assign(greet, { version: 3 }) };
  patchMethod(object, 'greet', (greet) => greet);
  const { name, length, version } = object.greet;
  expect({ name, length, version }).toEqual({ name: 'greet', length: 2, version: 3 });
});

test('a second patch of the same method is refused', () => {
  const object = target();
  patchMethod(object, 'greet', (greet) => greet);
  expect(() => patchMethod(object, 'greet', (greet) => greet)).toThrow('patched already');
});

test('a patch of another copy of this file is refused', () => {
  const object = target();
  Object.defineProperty(object.greet, Symbol.for('reel.patched'), { value: true });
  expect(() => patchMethod(object, 'greet', (greet) => greet)).toThrow('another copy');
});

test('what somebody put on top stays there, and ours passes on until it is revived', () => {
  const object = target();
  const undo = patchMethod(object, 'greet', () => () => 'ours');
  const ours = object.greet;
  object.greet = (name) => `theirs(${ours(name)})`;
  undo();
  expect(object.greet('you')).toBe('theirs(hello you)');
  const undoAgain = patchMethod(object, 'greet', () => () => 'ours again');
  expect(object.greet('you')).toBe('theirs(ours again)');
  object.greet = ours;
  undoAgain();
  expect(object.greet('you')).toBe('hello you');
});

test('an inherited method is not patched by accident', () => {
  const object = Object.create(target()) as ReturnType<typeof target>;
  expect(() => patchMethod(object, 'greet', (greet) => greet)).toThrow(TypeError);
});
