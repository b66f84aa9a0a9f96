import type { ToExecution } from '../link';
import { currentRun, followContext } from './context';
import { endChildren, watchChildren } from './children';
import { Comms } from './comms';
import { Executor } from './executor';
import { installHost } from './host';
import { LanguageClient } from './language-client';
import { Modules } from './modules';
import { Outbox } from './outbox';
import { Positions } from './positions';
import { refuseExit } from './refusals';
import { Repl } from './repl';
import { Stdin } from './stdin';
import { routeStreams } from './streams';
import { adoptTimers } from './timers';
import { hushExperiments } from './warnings';

/** What the main thread needs of the other two. */
export interface Threads {
  /** The folder of the notebook. */
  readonly folder: string;
  readonly post: ConstructorParameters<typeof Outbox>[0];
  readonly shared: Int32Array<SharedArrayBuffer>;
  readonly language: ConstructorParameters<typeof LanguageClient>[0];
}

/** This thread, ready for cells. */
export interface Execution {
  /** Takes the messages of the messaging thread. */
  readonly receive: (message: ToExecution) => void;
  /** Loads a package as a cell's import does. */
  readonly load: (specifier: string) => Promise<unknown>;
}

/** Prepares this thread for cells. */
export function startExecution({ folder, post, shared, language }: Threads): Execution {
  const exit = refuseExit();
  hushExperiments();
  const outbox = new Outbox(post, shared);
  const repl = new Repl();
  const positions = new Positions();
  const modules = new Modules(folder);
  const stdin = new Stdin(outbox);
  const languageClient = new LanguageClient(language);
  const comms = new Comms(outbox, (body) => repl.stoppable(body));
  // nbgrader takes anything on stderr for a failure, so that a right answer would lose its points to a warning
  const mergeStreams = process.env.NBGRADER_EXECUTION !== undefined;
  const executor = new Executor({ outbox, language: languageClient, repl, modules, positions, stdin, mergeStreams }); // prettier-ignore

  followContext();
  routeStreams();
  adoptTimers((body) => repl.stoppable(body));
  installHost({ comms, stdin, modules, latest: () => executor.latest });
  watchChildren();
  positions.install();
  const kernel = {
    module: (specifier: string): Promise<unknown> => modules.import(specifier),
    import: (specifier: unknown): Promise<unknown> => modules.import(String(specifier)),
    result: (value: unknown): void => {
      const run = currentRun();
      if (run) run.result = value;
    },
    caught: repl.catch,
    call: repl.call,
  };
  Object.defineProperty(globalThis, '__kernel', { value: Object.freeze(kernel) });
  Object.assign(globalThis, { require: modules.requireFrom(folder) });
  const surface = (reason: unknown, promise?: unknown): void => {
    executor.surface(reason, promise instanceof Promise ? promise : undefined);
  };
  process.setUncaughtExceptionCaptureCallback(surface);
  process.on('unhandledRejection', surface);
  // the messaging thread hears it; without a listener here it would end the process until then
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => { leave(); }); // prettier-ignore

  const leave = (): never => {
    endChildren();
    return exit(0);
  };
  const receive = async (message: ToExecution): Promise<void> => {
    switch (message.type) {
      case 'execute':
        // a cell may have removed them
        if (!process.listeners('unhandledRejection').includes(surface)) process.on('unhandledRejection', surface);
        await executor.execute(message);
        break;
      case 'comm':
        try {
          await comms.handle(message.id, message);
        } catch (error) {
          executor.surface(error);
        }
        outbox.send({ type: 'comm-handled', id: message.id });
        break;
      case 'input':
        stdin.answer(message.id, message.value);
        break;
      case 'interrupt':
        outbox.send({ type: 'interrupted', serial: message.serial });
        executor.interrupt(message.serial);
        comms.interrupt();
        break;
      case 'shutdown':
        leave();
    }
  };
  const take = (message: ToExecution): void => {
    receive(message).catch((error: unknown) => {
      const evalue = `the kernel itself failed (${String(error)}), perhaps because a cell has replaced something of the language: restart it`;
      process.stderr.write(`${evalue}\n`);
      const failure = { ename: 'KernelError', evalue, traceback: [`KernelError: ${evalue}`] };
      if (message.type === 'execute')
        outbox.send({ type: 'executed', id: message.id, failure, userExpressions: {}, payload: [] });
    });
  };
  // the language thread answers when it has loaded the compiler
  void languageClient.convert('', true).then(() => { outbox.send({ type: 'ready' }); }); // prettier-ignore
  return { receive: take, load: kernel.module };
}
