import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import type { Article } from './article.ts';

/**
 * Reads every Markdown file of a folder; its first line is the title. Sorted by name and not by whatever order the file
 * system gives, because the articles become one request and equal handbooks should make equal requests.
 */
export async function readHandbook(folder: string): Promise<Article[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.md')).toSorted();
  return Promise.all(files.map(async (file) => toArticle(file, await readFile(join(folder, file), 'utf8'))));
}

function toArticle(file: string, markdown: string): Article {
  const [heading = '', ...lines] = markdown.replaceAll('\r\n', '\n').split('\n');
  const title = heading.replace(/^#\s*/, '').trim();
  if (title === '') throw new Error(`${file}: the first line must be the title of the article`);
  return { id: basename(file, '.md'), title, text: lines.join('\n').trim() };
}
