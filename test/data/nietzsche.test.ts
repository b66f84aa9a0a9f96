import path from 'node:path';
import { nietzsche } from 'kernel-lib/data/nietzsche';
import { tinyShakespeare } from 'kernel-lib/data/tiny-shakespeare';
import { batches } from 'kernel-lib/text/batches';
import { vocabulary } from 'kernel-lib/text/vocabulary';
import { windows } from 'kernel-lib/text/windows';
import { expect, it } from 'vitest';
import { onRealCorpora } from './real-corpora';

onRealCorpora('the Nietzsche of the Keras example', (folder) => {
  it('has the characters and windows that Keras counts', async () => {
    const corpus = await nietzsche({ offline: true });
    expect(corpus).toMatchObject({ name: 'nietzsche', characters: 600_893, bytes: 600_901, standIn: false });
    expect(corpus.path).toBe(path.resolve(folder, 'nietzsche.txt'));
    expect(corpus.note).toBe(`nietzsche: 600,893 characters from ${corpus.path}`);
    expect(corpus.text.startsWith('PREFACE\n\n\nSUPPOSING that Truth is a woman')).toBe(true);

    const text = corpus.text.toLowerCase();
    const vocab = vocabulary(text);
    expect(vocab.size).toBe(57);
    const ids = vocab.encode(text);
    expect(ids.length).toBe(600_893);
    expect(vocab.decode(ids)).toBe(text);
    const cut = windows(ids, { length: 40, step: 3 });
    expect(cut.count).toBe(200_285);
    expect(vocab.decode(cut.input(200_284))).toBe(text.slice(600_852, 600_892));
    expect(vocab.decode(cut.targets(200_284).subarray(39))).toBe('.');
    let rows = 0;
    for (const batch of batches(cut, { size: 128, targets: 'last' })) rows += batch.batch;
    expect(rows).toBe(200_285);
  });
});

onRealCorpora('tiny Shakespeare', () => {
  it('has the bytes and characters that Karpathy counts', async () => {
    const corpus = await tinyShakespeare({ offline: true });
    expect(corpus).toMatchObject({ characters: 1_115_394, bytes: 1_115_394, standIn: false });
    expect(vocabulary(corpus.text).size).toBe(65);
    expect(corpus.text.split('\n').length - 1).toBe(40_000);
  });
});
