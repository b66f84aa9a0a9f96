import { loadTangPoems, poem, tangPoems } from 'kernel-lib/data/tang-poems';
import { describe, expect, it, vi } from 'vitest';
import { machine } from './machine';
import { onRealCorpora } from './real-corpora';

describe('poem', () => {
  it('cuts at every mark, and counts characters, not UTF-16 units', () => {
    expect(poem('題', '人', ['白日依山盡，黃河入海流。', '欲窮千里目？更上一層𫝀！'])).toEqual({
      title: '題',
      author: '人',
      lines: ['白日依山盡', '黃河入海流', '欲窮千里目', '更上一層𫝀'],
      lineLength: 5,
    });
  });

  it('keeps a character that the editors restored in its line', () => {
    expect(poem('', '', ['[玄]宗回馬楊妃死，雲雨雖亡日月新。']).lineLength).toBe(7);
  });

  it('gives no length where the lines differ', () => {
    expect(poem('', '', ['前不見古人，念天地之悠悠。']).lineLength).toBeUndefined();
  });
});

describe('without the file', () => {
  it('says where to put it, or makes up verses and says so', async () => {
    const around = await machine({ UNROLLED_OFFLINE: '1' });
    await expect(loadTangPoems({}, around)).rejects.toThrow(
      /put the file of 190,787 bytes .* or pass \{ orElse: 'ownVerses' \}/,
    );
    const log = vi.spyOn(console, 'log').mockReturnValue();
    const corpus = await loadTangPoems({ orElse: 'ownVerses' }, around);
    expect(log.mock.calls).toEqual([[corpus.note]]);
    log.mockRestore();
    expect([corpus.name, corpus.standIn]).toEqual(['ownVerses', true]);
    expect(corpus.note).toMatch(
      /^Stand-in for tangPoems: 300 poems, 150 in lines of five characters, 150 of seven\. tang300/,
    );
    expect([corpus.fiveCharacter.length, corpus.sevenCharacter.length]).toEqual([150, 150]);
  });
});

onRealCorpora('the Tang poems', () => {
  it('are told apart by the length of their lines', async () => {
    const corpus = await tangPoems({ offline: true });
    expect([corpus.poems.length, corpus.fiveCharacter.length, corpus.sevenCharacter.length]).toEqual([366, 183, 155]);
    expect(corpus.note).toMatch(/^tangPoems: 366 poems, 183 in lines of five characters, 155 of seven, from /);
    expect(corpus.text.split('\n\n')).toHaveLength(366);
    for (const { lines, lineLength } of [...corpus.fiveCharacter, ...corpus.sevenCharacter]) {
      expect(lines.every((line) => Array.from(line).length === lineLength)).toBe(true);
    }
    expect(/[^\p{Script=Han}\n]/u.exec(corpus.text)).toBeNull();
    expect(corpus.fiveCharacter.find(({ title }) => title === '在嶽詠蟬')?.lines[0]).toBe('西陸蟬聲唱');
  });
});
