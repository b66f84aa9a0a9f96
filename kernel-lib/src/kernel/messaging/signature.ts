import { createHmac, timingSafeEqual } from 'node:crypto';
import { Malformed } from './malformed';

type Parts = readonly Uint8Array[];

// two generations of this many: about 10 MB when full
const REMEMBERED = 65_536;

/**
 * Signs and checks messages with the connection file's key. Without a key messages are unsigned, as Jupyter defines it.
 * A signature that was seen is refused: whoever copies a message off the wire must not run it a second time.
 */
export class Signer {
  private recent = new Set<string>();
  private older = new Set<string>();
  private readonly algorithm: string;

  /** @throws Error for a scheme that Node.js cannot compute. */
  constructor(
    private readonly key: string,
    scheme: string,
    private readonly remembered: number = REMEMBERED,
  ) {
    this.algorithm = /^hmac-(.+)$/.exec(scheme)?.[1] ?? '';
    if (key === '') return;
    try {
      this.digest([]);
    } catch {
      throw new Error(
        `The connection file asks for the signature scheme ${JSON.stringify(scheme)}, which this Node.js does not have: use hmac-sha256.`,
      );
    }
  }

  /** The signature in hexadecimal, over header, parent header, metadata and content; empty without a key. */
  sign(parts: Parts): string {
    return this.key === '' ? '' : this.digest(parts).toString('hex');
  }

  /** @throws Malformed for a signature that is wrong or was seen before. */
  check(signature: Uint8Array, parts: Parts): void {
    if (this.key === '') return;
    const expected = this.digest(parts);
    const given = Buffer.from(Buffer.from(signature).toString('latin1'), 'hex');
    // hexadecimal digits only: Buffer.from stops at the first that is none
    const whole = signature.length === 2 * expected.length && given.length === expected.length;
    if (!whole || !timingSafeEqual(given, expected)) throw new Malformed('a wrong signature');
    this.remember(expected.toString('latin1'));
  }

  private remember(seen: string): void {
    if (this.recent.has(seen) || this.older.has(seen)) throw new Malformed('a signature that was used before');
    this.recent.add(seen);
    if (this.recent.size < this.remembered) return;
    this.older = this.recent;
    this.recent = new Set();
  }

  private digest(parts: Parts): Buffer {
    const hmac = createHmac(this.algorithm, this.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest();
  }
}
