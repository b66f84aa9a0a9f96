/** What an interrupted cell's code gets from everything that it still asks the kernel for. */
export class Interrupted extends Error {
  override readonly name = 'KeyboardInterrupt';

  constructor() {
    super('interrupted');
  }
}
