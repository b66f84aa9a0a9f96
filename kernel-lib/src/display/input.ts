import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { kindOf } from './kind';
import { notebookHost } from './notebook-host';

/** How `input` asks. */
export interface InputOptions {
  /** Do not show what is typed. Default false. */
  readonly password?: boolean;
}

/** Where to ask without a notebook; the process's own streams unless a test gives others. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks the person at the notebook, or at the terminal, for a line of text.
 *
 * @throws TypeError when the prompt is no text; Error where there is nobody to ask, or who is asked closes the input.
 */
export async function input(prompt = '', options: InputOptions = {}, terminal?: Terminal): Promise<string> {
  if (typeof prompt !== 'string') throw new TypeError(`input: prompt is ${kindOf(prompt)}; expected a text.`);
  const host = notebookHost();
  if (host !== undefined && terminal === undefined) return host.input(prompt, options);
  const { input: from, output: to } = terminal ?? { input: stdin, output: stdout };
  if (from.isTTY !== true) {
    throw new Error(
      'input: there is nobody to ask, for standard input is no terminal; run this in JupyterLab or in a terminal.',
    );
  }
  return askOnTerminal(prompt, options.password ?? false, from, to);
}

function askOnTerminal(
  prompt: string,
  password: boolean,
  from: NodeJS.ReadableStream,
  to: NodeJS.WritableStream,
): Promise<string> {
  // readline echoes whatever is typed: a password's echo goes nowhere
  const silent = new Writable({ write: (_chunk, _encoding, done) => { done(); } }); // prettier-ignore
  if (password) to.write(prompt);
  const lines = createInterface({ input: from, output: password ? silent : to, terminal: true, historySize: 0 });
  return new Promise((resolve, reject) => {
    lines.once('SIGINT', () => {
      lines.close();
      // raw mode keeps Ctrl-C from ending the program; it is to do so all the same
      process.kill(process.pid, 'SIGINT');
    });
    lines.once('close', () => {
      reject(new Error('input: the terminal was closed before there was an answer.'));
    });
    lines.question(password ? '' : prompt, (answer) => {
      resolve(answer);
      lines.close();
      if (password) to.write('\n');
    });
  });
}
