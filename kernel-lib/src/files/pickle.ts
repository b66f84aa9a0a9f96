/** Where protocols 2 to 5 of Python's pickle begin: the opcode PROTO. */
const PROTO = 0x80;
const ZIP = 'PK\x03\x04';

/**
 * A pickle is a program that Python runs when it reads one, so none is ever read here: torch.save and np.save of objects write them.
 *
 * @throws Error that says how to convert it, for a bare pickle or a zip archive of PyTorch's that holds one
 */
export function refusePickle(bytes: Uint8Array, file: string): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bare = buffer[0] === PROTO && (buffer[1] ?? 0) >= 2 && (buffer[1] ?? 0) <= 5;
  const zipped = isZip(buffer) && buffer.includes('/data.pkl');
  if (!bare && !zipped) return;
  throw new Error(
    `${file}: this is a pickle, a program that would run on being read; convert it in Python: ` +
      `safetensors.torch.save_file(model.state_dict(), 'model.safetensors').`,
  );
}

/** Whether the bytes begin as a zip archive does. */
export function isZip(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', 0, 4) === ZIP;
}
