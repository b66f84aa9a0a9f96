import type { Content, Conversion, FromLanguage, ToLanguage } from '../link';
import { complete, emptyCompletion } from './complete';
import { inspect, NOTHING_FOUND } from './inspect';
import { isComplete } from './is-complete';
import { openSession } from './open-session';
import type { Session } from './session';

/** Something that every first cell does, so that the checker has met it before. */
const WARM_UP = 'const warm = [1, 2].map((x) => `${x}`); console.log(warm, { warm }); await Promise.resolve(warm)';

const UNKNOWN: Content = { status: 'unknown' };

/** Answers the kernel's questions about TypeScript. Never throws: what goes wrong inside becomes an answer that says so. */
export class Language {
  private opened: Session | undefined;

  constructor(private readonly folder: string) {}

  /** Loads the compiler and gets it going, so that the first cell need not wait. */
  start(): void {
    try {
      this.session.convert(WARM_UP, true);
    } catch {
      // the first cell will say what is wrong
    }
  }

  answer(request: ToLanguage): FromLanguage {
    const { serial } = request;
    if (request.type === 'convert') {
      return { type: 'converted', serial, conversion: this.convert(request.code, request.transient) };
    }
    return { type: 'answer', serial, content: this.look(request.type, request.content) };
  }

  /** Drops what can be found out again; what cells declared stays. */
  forget(): void {
    this.opened?.project.forgetChecker();
  }

  /** To be called when an answer is on its way. `collect` frees memory that is garbage. */
  rest(collect: () => void = () => undefined): void {
    if (!this.opened?.project.tidy()) return;
    collect();
    this.start();
  }

  private convert(code: string, transient: boolean): Conversion {
    try {
      return this.session.convert(code, transient);
    } catch (error) {
      this.opened?.project.forgetChecker();
      const reason = error instanceof Error ? error.message : String(error);
      const message = `The compiler failed on this cell: ${reason.split('\n', 1)[0] ?? ''}`;
      return { ok: false, problems: [{ line: 1, column: 1, length: 1, message, code: 0 }] };
    }
  }

  private look(type: 'complete' | 'inspect' | 'is_complete', content: Content): Content {
    const empty = type === 'complete' ? emptyCompletion(content) : type === 'inspect' ? NOTHING_FOUND : UNKNOWN;
    if (typeof content.code !== 'string') return empty;
    try {
      switch (type) {
        case 'complete':
          return complete(this.session, content);
        case 'inspect':
          return inspect(this.session, content);
        case 'is_complete':
          return isComplete(this.session.ts, content);
      }
    } catch {
      this.opened?.project.forgetChecker();
      return empty;
    }
  }

  private get session(): Session {
    return (this.opened ??= openSession(this.folder));
  }
}
