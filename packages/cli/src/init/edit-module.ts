/** What a config file has to say. */
export type ConfigEdit =
  /** `plugins: [reel()]`. */
  | { readonly kind: 'plugin'; readonly from: string; readonly name: string }
  /** `export default name(...)` around what is exported now. */
  | { readonly kind: 'wrap'; readonly from: string; readonly name: string };

/**
 * The text of a config module with the edit made, by its syntax tree, so that everything else stays as it was written. `undefined`
 * where that cannot be done safely: a config that a function makes, a CommonJS module.
 */
export async function editModule(text: string, edit: ConfigEdit): Promise<string | undefined> {
  const { builders, generateCode, parseModule } = await import('magicast');
  const { addVitePlugin } = await import('magicast/helpers');
  const { from, name } = edit;
  try {
    const module = parseModule(text);
    if (edit.kind === 'plugin') {
      addVitePlugin(module, { from, imported: name, constructor: name });
    } else {
      const exported: unknown = module.exports['default'];
      if (exported === undefined) return undefined;
      module.imports.$prepend({ from, imported: name });
      module.exports['default'] = builders.functionCall(name, exported);
    }
    const { code } = generateCode(module);
    const result = code.endsWith('\n') || !text.endsWith('\n') ? code : `${code}\n`;
    // It leaves some forms as they are without saying so: only the import is there then.
    return isMade(result, edit) ? result : undefined;
  } catch {
    return undefined;
  }
}

function isMade(text: string, { kind, name, from }: ConfigEdit): boolean {
  const call = kind === 'plugin' ? new RegExp(`\\b${name}\\(\\)`) : new RegExp(`export default ${name}\\(`);
  return call.test(text) && text.includes(from);
}
