import { PALETTE } from 'kernel-lib/plots';
import { REFERENCE_COLOUR, seriesStyle } from 'kernel-lib/plots/theme';
import { describe, expect, test } from 'vitest';
import { contrast, smallestDistance, VISION } from './vision';

const WHITE = '#ffffff';
/** The ground of JupyterLab's dark theme, where the figure is transparent. */
const DARK = '#111111';

describe('the palette', () => {
  // Measured: 26.4, 20.7, 17.4 and 15.7. A difference of 2.3 is just noticeable.
  test.each(Object.entries(VISION))('its six colours are told apart with %s', (_, vision) => {
    expect(smallestDistance(PALETTE, vision)).toBeGreaterThan(15);
  });

  test('the measure finds red and green alike with deuteranopia', () => {
    expect(smallestDistance(['#c06040', '#808030'], VISION['normal vision'])).toBeGreaterThan(40);
    expect(smallestDistance(['#c06040', '#808030'], VISION.deuteranopia)).toBeLessThan(4);
  });

  test('stands out on white and on the dark theme: 3 to 1 for the first four, as WCAG 2.1 asks of graphics', () => {
    for (const colour of [...PALETTE.slice(0, 4), REFERENCE_COLOUR]) {
      expect(contrast(colour, WHITE)).toBeGreaterThan(3);
      expect(contrast(colour, DARK)).toBeGreaterThan(3);
    }
    for (const colour of PALETTE) {
      expect(contrast(colour, WHITE)).toBeGreaterThan(2);
      expect(contrast(colour, DARK)).toBeGreaterThan(3);
    }
  });
});

test('colour is never the only cue', () => {
  const cues = Array.from({ length: 10 }, (_, index) => {
    const { dash, symbol, marked } = seriesStyle(index);
    return `${dash} ${marked ? symbol : 'none'}`;
  });
  expect(new Set(cues).size).toBe(10);
  const patterns = Array.from({ length: 6 }, (_, index) => seriesStyle(index).pattern);
  expect(new Set(patterns).size).toBe(6);
});
