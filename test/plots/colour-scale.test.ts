import { colourAt, DIVERGING, SEQUENTIAL, type ColourScale } from 'kernel-lib/plots/colour-scale';
import { describe, expect, test } from 'vitest';
import { seenAs, smallestDistance, VISION } from './vision';

const steps = (scale: ColourScale, count: number): string[] =>
  Array.from({ length: count }, (_, at) => colourAt(scale, at / (count - 1)));

const lightness = (colours: readonly string[], vision = VISION['normal vision']): number[] =>
  seenAs(colours, vision).map(([light]) => light);

test('a colour at a stop is the stop, between two it is between, outside it is the end', () => {
  const scale: ColourScale = [
    [0, '#000000'],
    [0.5, '#804020'],
    [1, '#ffffff'],
  ];
  expect([0, 0.25, 0.5, 1, -1, 2].map((share) => colourAt(scale, share))).toEqual([
    '#000000',
    '#402010',
    '#804020',
    '#ffffff',
    '#000000',
    '#ffffff',
  ]);
});

describe.each(Object.entries(VISION))('with %s', (_, vision) => {
  test('the sequential scale grows lighter at every step, so that its order is read', () => {
    const light = lightness(steps(SEQUENTIAL, 49), vision);
    light.slice(1).forEach((value, at) => {
      expect(value).toBeGreaterThan((light[at] ?? NaN) + 0.5);
    });
  });

  test('eight steps of it are told apart', () => {
    expect(smallestDistance(steps(SEQUENTIAL, 8), vision)).toBeGreaterThan(9);
  });

  test('both ends of the diverging scale are told apart, as are its steps', () => {
    expect(smallestDistance([colourAt(DIVERGING, 0.1), colourAt(DIVERGING, 0.9)], vision)).toBeGreaterThan(30);
    expect(smallestDistance(steps(DIVERGING, 9), vision)).toBeGreaterThan(7);
  });
});

test('the sequential scale goes from nearly black to nearly white in even steps', () => {
  const light = lightness(steps(SEQUENTIAL, 11));
  expect(light[0]).toBeLessThan(20);
  expect(light.at(-1)).toBeGreaterThan(90);
  const gains = light.slice(1).map((value, at) => value - (light[at] ?? NaN));
  expect(Math.max(...gains) / Math.min(...gains)).toBeLessThan(1.6);
});

test('the diverging scale is lightest in the middle, and as dark on either side', () => {
  const light = lightness(steps(DIVERGING, 21));
  expect(light.indexOf(Math.max(...light))).toBe(10);
  light.forEach((value, at) => {
    expect(Math.abs(value - (light[20 - at] ?? NaN))).toBeLessThan(8);
  });
});
