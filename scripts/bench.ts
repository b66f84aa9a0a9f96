/** `npm run bench`: the recurrences beside tf.layers, Keras and PyTorch, measured in turn. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SetupError, writeWhole } from 'kernel-lib/setup';
import { benchImdb } from './lib/bench/imdb/main.ts';
import { measure } from './lib/bench/measure.ts';
import { choose, fullPlan, isEmpty, quickPlan } from './lib/bench/plan.ts';
import { benchText } from './lib/bench/text/main.ts';
import { growthFile, growthPlot, page } from './lib/bench/write-up.ts';
import { runScript } from './lib/run-script.ts';
import { terminalReport } from './lib/terminal-report.ts';
import { project, setUp } from './setup.ts';

const help = `npm run bench -- [WORD…] [options]
npm run bench -- text [options]
npm run bench -- imdb [options]
npm run bench -- imdb --seeds N

Times forward and training steps of LSTM, GRU and RNN, peak memory, leaks, and how the cost grows: this library on its own ops
and on TensorFlow's, the equations, tf.layers, Keras and PyTorch, in turn. Words choose: lstm, gru, rnn, train, forward,
"(32, 80", memory, leak, growth. The one word text: the character model of the Keras example, training and
sampling, beside Keras. The one word imdb: an epoch of the sentiment model of the Keras example beside Keras. Run it on a machine that does nothing else.

  --quick        fewer sizes and rounds, no memory and growth, under two minutes
  --seeds N      with imdb: what it judges right after one epoch and two from seeds 1 to N, here and in Keras, hours for many;
                 goes on where imdb-seeds.json ends
  --out FOLDER   where the results go (default: bench/results for a full run, build/bench for any other)
  --help         this text

UNROLLED_PYTHON_BENCH names a Python that has torch, or keras with tensorflow; without it they are absent.`;

/** @throws SetupError for what is no positive integer */
function seedsOf(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new SetupError(`--seeds: got "${text}", expected how many, from 1 to 999.`);
}

async function main(args: readonly string[]): Promise<number> {
  const options = {
    quick: { type: 'boolean' },
    seeds: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  const { values, positionals: words } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const command = ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
  const example = { text: benchText, imdb: benchImdb }[words[0] ?? ''];
  if (example) {
    const folder = path.resolve(project, values.out ?? (values.quick ? 'build/bench' : 'bench/results'));
    const seeds = values.seeds === undefined ? {} : { seeds: seedsOf(values.seeds) };
    await setUp();
    await example(command, { quick: values.quick ?? false, ...seeds, folder, report: terminalReport() });
    return 0;
  }
  const plan = choose(values.quick ? quickPlan : fullPlan, words);
  if (isEmpty(plan)) {
    throw new SetupError(`Nothing to measure is called "${words.join(' ')}": see \`npm run bench -- --help\`.`);
  }
  const whole = !values.quick && words.length === 0;
  const folder = path.resolve(project, values.out ?? (whole ? 'bench/results' : 'build/bench'));
  await setUp();

  const results = await measure(plan, process.env, terminalReport());
  const text = page(results, command);
  writeWhole(path.join(folder, 'recurrent.json'), `${JSON.stringify(results)}\n`);
  writeWhole(path.join(folder, 'recurrent.md'), text);
  for (const growth of results.growth) writeWhole(path.join(folder, growthFile(growth.along)), growthPlot(growth));
  console.log(`\n${text}\n${path.join(folder, 'recurrent.md')}`);
  return 0;
}

await runScript(import.meta.url, main);
