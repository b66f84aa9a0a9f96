import type { Experiment, Machine, Result, Results } from './experiment.ts';
import { wilson } from './wilson.ts';

/** Thousands with commas, four digits of what is smaller. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return 'not finite';
  if (Number.isInteger(value) || Math.abs(value) >= 10_000) return Math.round(value).toLocaleString('en');
  return Math.abs(value) >= 1e-3 ? String(Number(value.toPrecision(4))) : value.toExponential(2);
}

/** The results as a page: the table, one line for every run, what differs from the papers, and the machine. */
export function page(experiments: readonly Experiment[], { command, machine, seconds, results }: Results): string {
  const pairs = results.flatMap((result) => {
    const experiment = experiments.find(({ name }) => name === result.name);
    return experiment && result.runs.length > 0 ? [{ experiment, result }] : [];
  });
  const parts = [
    '# Published figures, run again',
    `\`${command}\`, ${machine.date}, ${minutes(seconds)}. ${describe(machine)}`,
    'Each row is several runs of what a paper has published, one for each seed. The share of the runs that did what the third column ' +
      'says comes with its 95 % interval (Wilson 1927); other figures are medians over the runs, with the least and the most.',
    markdown(
      ['experiment', 'published', 'success is', 'success here', 'figures here', 'seeds', 'time'],
      pairs.map(({ experiment, result }) => row(experiment, result)),
    ),
    '## Sources and differences',
    pairs.map(({ experiment }) => `- **${experiment.name}**: ${remark(experiment)}`).join('\n'),
    '## Every run',
    ...pairs.map(({ experiment, result }) => `### ${experiment.name}\n\n${runsTable(result)}`),
  ];
  return `${parts.join('\n\n')}\n`;
}

function row({ name, published, success }: Experiment, { runs }: Result): string[] {
  const seconds = runs.reduce((sum, run) => sum + run.seconds, 0);
  const figures = names({ runs }).map((key) => `${key} ${spread(runs.map((run) => run.figures[key] ?? NaN))}`);
  return [name, published, success, share(runs), figures.join('; '), seeds(runs), minutes(seconds)];
}

function share(runs: Result['runs']): string {
  const successes = runs.filter(({ success }) => success).length;
  const percent = (p: number): string => (100 * p).toFixed(0);
  const { low, high } = wilson(successes, runs.length);
  const interval = runs.length > 1 ? `, ${percent(low)} to ${percent(high)} %` : '';
  return `${successes} of ${runs.length}${interval}`;
}

/** Median, and in brackets the least and the most where they differ. */
function spread(values: readonly number[]): string {
  const known = values.filter((value) => !Number.isNaN(value)).sort((p, q) => p - q);
  const [low, high] = [known[0], known.at(-1)];
  if (low === undefined || high === undefined) return 'unknown';
  const [below = 0, above = 0] = [known[Math.floor((known.length - 1) / 2)], known[Math.ceil((known.length - 1) / 2)]];
  const median = figure((below + above) / 2);
  return low === high ? median : `${median} [${figure(low)}, ${figure(high)}]`;
}

const names = ({ runs }: Pick<Result, 'runs'>): string[] => [
  ...new Set(runs.flatMap((run) => Object.keys(run.figures))),
];

function seeds(runs: Result['runs']): string {
  const all = runs.map(({ seed }) => seed);
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) return '';
  return all.length > 2 && last - first === all.length - 1 ? `${first} to ${last}` : all.join(', ');
}

function remark({ source, differs }: Experiment): string {
  return differs === undefined ? `${source}.` : `${source}. ${differs}`;
}

function runsTable({ runs }: Result): string {
  const keys = names({ runs });
  const rows = runs.map((run) => [
    String(run.seed),
    run.success ? 'yes' : 'no',
    ...keys.map((key) => (key in run.figures ? figure(run.figures[key] ?? NaN) : '')),
    `${figure(run.seconds)} s`,
  ]);
  return markdown(['seed', 'success', ...keys, 'time'], rows);
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function describe({ processor, cores, system, load, node }: Machine): string {
  return `${cores} × ${processor}, ${system}, load ${figure(load)} when it began, Node ${node}.`;
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s` : `${(seconds / 60).toFixed(1)} min`;
}
