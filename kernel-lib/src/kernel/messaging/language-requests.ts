import type { Content, FromLanguage, ToLanguage } from '../link';
import { integerField, stringField } from './fields';

type Kind = 'complete' | 'inspect' | 'is_complete';

/** What this needs of a port to the language thread. */
export interface LanguagePort {
  postMessage(message: ToLanguage): void;
  on(event: 'message', listener: (message: FromLanguage) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

const PATIENCE_MS = 30_000;

/** Passes completion, inspection and the like on to the language thread. An answer that never comes holds up nothing else. */
export class LanguageRequests {
  private serial = 0;
  private isClosed = false;
  private readonly pending = new Map<
    number,
    { readonly resolve: (content: Content) => void; readonly reject: (error: Error) => void }
  >();

  constructor(
    private readonly port: LanguagePort,
    private readonly patience: number = PATIENCE_MS,
  ) {
    port.on('message', (message) => {
      if (message.type === 'answer') this.pending.get(message.serial)?.resolve(message.content);
    });
    port.on('close', () => {
      this.isClosed = true;
      for (const { reject } of this.pending.values()) reject(gone());
    });
  }

  /**
   * The content of the reply.
   * @throws RequestError for a content that is no such request's; Error when the language thread does not answer.
   */
  async ask(type: Kind, content: Content): Promise<Content> {
    const checked = check(type, content);
    if (this.isClosed) throw gone();
    const serial = (this.serial += 1);
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Content>((resolve, reject) => {
        this.pending.set(serial, { resolve, reject });
        timer = setTimeout(() => {
          reject(new Error(`The language service has not answered for ${this.patience / 1000} s: try again.`));
        }, this.patience);
        this.port.postMessage({ type, serial, content: checked });
      });
    } finally {
      clearTimeout(timer);
      this.pending.delete(serial);
    }
  }
}

function gone(): Error {
  return new Error('The language service has ended: restart the kernel.');
}

/** Known fields only, each of its type: the language thread need not check. */
function check(type: Kind, content: Content): Content {
  const code = stringField(content, 'code');
  if (type === 'is_complete') return { code };
  const cursor = integerField(content, 'cursor_pos', code.length);
  const cursor_pos = Math.min(Math.max(cursor, 0), code.length);
  if (type === 'complete') return { code, cursor_pos };
  return { code, cursor_pos, detail_level: integerField(content, 'detail_level', 0) === 1 ? 1 : 0 };
}
