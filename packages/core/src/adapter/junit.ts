import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Receipt, ReceiptTest } from './receipt.ts';

/**
 * A run as a JUnit file, for CI systems that show those (GitLab, CircleCI, Jenkins, Azure): a test case for each test that had to do
 * with a cassette. A miss is a failure with its whole message. How long a test took is not known here: the runner's own report says so.
 *
 * There is no standard; this is what the readers agree on.
 * @see https://github.com/testmoapp/junitxml
 */
export function junitOf(receipt: Receipt): string {
  const cases = [...Map.groupBy(receipt.tests, ({ test }) => test)].map(([name, parts]) =>
    caseOf(name, parts),
  );
  const count = (kind: TestCase['kind']): number => cases.filter((one) => one.kind === kind).length;
  const failed = count('failed');
  const totals = `tests="${cases.length}" failures="${failed}" errors="0"`;
  const properties = {
    mode: receipt.mode,
    replayed: sum(receipt.tests, ({ replayed }) => replayed),
    recorded: sum(receipt.tests, ({ recorded }) => recorded),
    unused: sum(receipt.tests, ({ unused }) => unused),
    ...(receipt.partial.length > 0 && { partial: receipt.partial.join(', ') }),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="reel" ${totals}>`,
    `  <testsuite name="${attribute(`reel ${receipt.runner}`)}" ${totals} skipped="${count('skipped')}" timestamp="${attribute(receipt.at.replace(/Z$/, ''))}">`,
    '    <properties>',
    ...Object.entries(properties).map(
      ([name, value]) => `      <property name="${name}" value="${attribute(String(value))}"/>`,
    ),
    '    </properties>',
    ...cases.map(({ xml }) => xml),
    ...(receipt.warnings.length === 0
      ? []
      : [`    <system-err>${content(receipt.warnings.join('\n'))}</system-err>`]),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** Writes {@link junitOf} to a file, and makes its folder. */
export function writeJunit(file: string, receipt: Receipt): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, junitOf(receipt));
}

interface TestCase {
  readonly kind: 'passed' | 'failed' | 'skipped';
  readonly xml: string;
}

/** One test; it may have used several cassettes, and have run in several parts. */
function caseOf(test: string, parts: readonly ReceiptTest[]): TestCase {
  const [file, ...titles] = test.split(' > ');
  const head = `    <testcase classname="${attribute(file!)}" name="${attribute(titles.length === 0 ? test : titles.join(' > '))}" file="${attribute(file!.replace(/^hooks of /, ''))}"`;
  const misses = parts.flatMap(({ misses }) => misses);
  const isFailed = parts.some(({ outcome }) => outcome === 'failed');
  if (misses.length > 0 || isFailed) {
    const failures = misses.map(
      ({ code, message }) =>
        `      <failure type="${attribute(code)}" message="${attribute(message.split('\n', 1)[0]!)}">${content(message)}</failure>`,
    );
    // One without a miss failed for a reason that only its runner knows.
    if (failures.length === 0)
      failures.push(
        '      <failure type="failed" message="the test failed; the report of its runner says why"/>',
      );
    return { kind: 'failed', xml: [`${head}>`, ...failures, '    </testcase>'].join('\n') };
  }
  if (parts.every(({ outcome }) => outcome === 'skipped'))
    return { kind: 'skipped', xml: `${head}>\n      <skipped/>\n    </testcase>` };
  const unused = sum(parts, (part) => part.unused);
  if (unused === 0) return { kind: 'passed', xml: `${head}/>` };
  const said = `${unused} ${unused === 1 ? 'recording was' : 'recordings were'} not used`;
  return { kind: 'passed', xml: `${head}>\n      <system-out>${said}</system-out>\n    </testcase>` };
}

function sum(parts: readonly ReceiptTest[], value: (part: ReceiptTest) => number): number {
  return parts.reduce((total, part) => total + value(part), 0);
}

// XML 1.0 has no way to write most controls, half a surrogate pair, and two noncharacters: a reader refuses the whole file.
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

function content(text: string): string {
  return text
    .replaceAll(FORBIDDEN, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** Line ends in attributes become spaces unless they are written as what they are. */
function attribute(text: string): string {
  return content(text)
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#9;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\r', '&#13;');
}
