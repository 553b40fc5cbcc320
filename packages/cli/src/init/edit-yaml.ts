type Path = readonly (number | string)[];

/**
 * The text of a YAML file with values set (`set`) or added to a list (`add`), comments and order kept. `undefined` when it cannot be
 * done: the file has errors, or something else stands where a map or a list has to be.
 */
export async function editYaml(
  text: string,
  edit: (set: (path: Path, value: unknown) => void, add: (path: Path, value: unknown) => void) => void,
): Promise<string | undefined> {
  const { isSeq, parseDocument } = await import('yaml');
  const document = parseDocument(text);
  if (document.errors.length > 0) return undefined;
  try {
    edit(
      (path, value) => document.setIn(path, document.createNode(value)),
      (path, value) => {
        const list = document.getIn(path);
        if (isSeq(list)) list.add(document.createNode(value));
        else if (list === undefined || list === null) document.setIn(path, document.createNode([value]));
        else throw new TypeError('not a list');
      },
    );
    // Long lines stay as they are.
    return document.toString({ lineWidth: 0 });
  } catch {
    return undefined;
  }
}
