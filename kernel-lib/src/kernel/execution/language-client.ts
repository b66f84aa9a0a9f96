import type { Conversion, FromLanguage, ToLanguage } from '../link';

interface Port {
  postMessage(message: ToLanguage): void;
  on(event: 'message', listener: (message: FromLanguage) => void): unknown;
}

/** Asks the language thread, which answers in its own time. */
export class LanguageClient {
  private serial = 0;
  private readonly waiting = new Map<number, (conversion: Conversion) => void>();

  constructor(private readonly port: Port) {
    port.on('message', (message) => {
      if (message.type !== 'converted') return;
      this.waiting.get(message.serial)?.(message.conversion);
      this.waiting.delete(message.serial);
    });
  }

  convert(code: string, transient: boolean): Promise<Conversion> {
    const serial = ++this.serial;
    return new Promise((resolve) => {
      this.waiting.set(serial, resolve);
      this.port.postMessage({ type: 'convert', serial, code, transient });
    });
  }
}
