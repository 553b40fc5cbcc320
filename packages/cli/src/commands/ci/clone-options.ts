/** Option of commands that tell cassettes from other files of a clone. */
export const folderOption = {
  type: 'string',
  multiple: true,
  value: 'path',
  describe: 'a cassette folder that is not called cassettes (option dir), from the top of the repository',
} as const;

/** Option of commands that push; default `origin`. */
export const remoteOption = { type: 'string', value: 'name', describe: 'default: origin' } as const;

/** Without empty values: that is what inputs of workflows are when they are left out. */
export function given(values: readonly string[]): string[] {
  return values.filter((value) => value !== '');
}
