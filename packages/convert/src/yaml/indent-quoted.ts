/**
 * A line up to a quoted value: dashes, keys (plain or quoted), tags and anchors. There is one way to match a line at most: with two for a
 * key, a line of many would take for ever.
 */
const opening =
  /^( *)(?:(?:[-?]|![^\s,]*|&\S+|"(?:[^"\\]|\\.)*":|'(?:[^']|'')*':|[^\s'"#&!|>%@`[\]{},?-](?:[^'"#:]|:(?![ \t]))*:)[ \t]+)*(["'])/;

/** A line that ends with the sign of a block scalar. */
const block = /(?:^|[\s:-])[|>][-+\d]*[ \t]*(?:#.*)?$/;

/**
 * The text with the lines of quoted scalars indented as the specification wants it (YAML 1.2, rule 7.4). PyYAML and Psych do not look at
 * their indentation, so people's formatters and templates leave them at any column. The white space is no part of the
 * value: only that of a reader that is strict changes.
 */
export function indentQuoted(text: string): string {
  const lines = text.split('\n');
  /** The quote that is open, and what its lines are indented with. */
  let quoted: { readonly quote: string; readonly indent: string } | undefined;
  /** The column a block scalar's lines stand deeper than. */
  let blockColumn: number | undefined;
  for (const [index, line] of lines.entries()) {
    const column = line.length - line.trimStart().length;
    const isBlank = line.trim() === '';
    if (quoted !== undefined) {
      // No quoted text has one, indented or not.
      if (/^(?:---|\.\.\.)(?:\s|$)/.test(line)) return text;
      if (!isBlank && column < quoted.indent.length) lines[index] = quoted.indent + line.trimStart();
      if (closes(line, 0, quoted.quote)) quoted = undefined;
      continue;
    }
    if (blockColumn !== undefined) {
      if (isBlank || column > blockColumn) continue;
      blockColumn = undefined;
    }
    const open = opening.exec(line);
    if (open !== null) {
      const quote = open[2]!;
      const indent = ' '.repeat(keyColumn(line) + 1);
      if (!closes(line, open[0].length, quote)) quoted = { quote, indent };
    } else if (block.test(line)) {
      blockColumn = keyColumn(line);
      if (!/:(?:\s|$)/.test(line)) blockColumn = Math.max(0, line.lastIndexOf('- '));
    }
  }
  return lines.join('\n');
}

/** Where the key of a line stands, or what else follows its dashes. */
function keyColumn(line: string): number {
  return /^ *(?:- +)*/.exec(line)![0].length;
}

/** Whether a quote ends in a line that it is open in from `from` on. */
function closes(line: string, from: number, quote: string): boolean {
  for (let at = from; at < line.length; at++) {
    if (line[at] === '\\' && quote === '"') at++;
    else if (line[at] === quote) {
      if (quote === "'" && line[at + 1] === "'") at++;
      else return true;
    }
  }
  return false;
}
