import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const blockSize = 512;

/**
 * An uncompressed tar archive of an installed package, in the layout npm expects: everything under `package/`.
 *
 * Not the `tar` command: equal files of a pnpm store are one file with several names, which tar stores as links, and npm
 * leaves links out when it unpacks.
 */
export function tarballOf(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.slice(folder.length).split(/[\\/]/).includes('node_modules'));
  const parts = files.flatMap((path) => {
    const name = `package${path.slice(folder.length).replaceAll('\\', '/')}`;
    const content = readFileSync(path);
    const isExecutable = (statSync(path).mode & 0o111) !== 0;
    return [
      header(name, content.length, isExecutable),
      content,
      Buffer.alloc(-content.length & (blockSize - 1)),
    ];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * blockSize)]);
}

/** The header of POSIX.1-1988 (ustar), pax not needed: installed paths fit its 100 + 155 bytes. */
function header(path: string, size: number, isExecutable: boolean): Buffer {
  const cut = path.length <= 100 ? 0 : path.indexOf('/', path.length - 101);
  if (cut < 0 || cut > 155) throw new Error(`the path is too long for a tar archive: ${path}`);
  const block = Buffer.alloc(blockSize);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(cut === 0 ? path : path.slice(cut + 1), 0);
  block.write(octal(isExecutable ? 0o755 : 0o644, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.write('        0', 148);
  block.write('ustar\x0000', 257);
  block.write(path.slice(0, cut), 345);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
