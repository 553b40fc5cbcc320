import { formatTable, measure } from './labelled.ts';

const rows = measure();
const problems = rows.flatMap(({ rule, problems }) => problems.map((problem) => `${rule}: ${problem}`));
console.log([formatTable(rows), ...problems].join('\n'));
process.exitCode = problems.some((problem) => !problem.includes(' of the guard')) ? 1 : 0;
