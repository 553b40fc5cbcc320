import stringWidth from 'fast-string-width';

export interface Column {
  readonly title: string;
  /** Numbers stand at the right. Default `left`. */
  readonly align?: 'left' | 'right';
}

/** Lines of a table, columns two blanks apart, by the width that characters have on a terminal. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, index) =>
    Math.max(...[titles, ...rows].map((cells) => stringWidth(cells[index] ?? ''))),
  );
  return [titles, ...rows].map((cells) =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? '';
        const room = ' '.repeat(widths[index]! - stringWidth(cell));
        return align === 'right' ? room + cell : cell + room;
      })
      .join('  ')
      .trimEnd(),
  );
}
