import type { Goal, StoredSection, Table } from './section.js';

/** @returns a Markdown table; the first column is text, the others are figures */
export function markdownTable({ columns, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, index) => (index === 0 ? '---' : '--:'));
  return [line(columns), line(rule), ...rows.map(line)].join('\n');
}

/** @returns the page of all results */
export function resultsPage(sections: readonly StoredSection[]): string {
  const goals = sections.flatMap((each) => each.goals);
  const summary: Table = {
    columns: ['goal', 'wanted', 'measured', 'result'],
    rows: goals.map((each) => [each.what, each.goal, each.measured, resultOf(each)]),
  };
  return [
    '# What a request costs',
    '`npm run bench` generates this page; do not edit it. The text below each table describes how its figures were measured. `npm run bench -- --help` lists the options.',
    ...(goals.length > 0 ? [markdownTable(summary)] : []),
    ...sections.flatMap(sectionLines),
    '',
  ].join('\n\n');
}

/** A figure may miss its goal although both round to the same value. */
function resultOf({ goal, measured, met }: Goal): string {
  if (met) return 'met';
  return goal.endsWith(` ${measured}`) ? '**narrowly missed**' : '**missed**';
}

function sectionLines(section: StoredSection): string[] {
  const { title, notes, tables, charts, when, machine, memoryLatency } = section;
  const latency =
    memoryLatency === undefined ? '' : `, ${memoryLatency} ns per random read of memory`;
  return [
    `## ${title}`,
    ...tables.map(markdownTable),
    ...charts.map((chart) => `![${chart.title}](${chart.file})`),
    ...notes,
    `_${when}; ${machine}${latency}._`,
  ];
}
