import { readTarGz } from '../files/tar-gz';
import { decodeUtf8 } from '../text/utf8';
import { WrongCorpusError } from './corpus';
import type { RawReview } from './review-index';

/** The archive of Maas et al. unpacks to 331 MB in 100,000 files; the longest review has 14 kB. */
const LIMITS = { entries: 150_000, fileBytes: 8_000_000, totalBytes: 1_000_000_000 };
const REVIEW = /^aclImdb\/(train|test)\/(?:neg|pos)\/(\d+)_(\d+)\.txt$/;

/**
 * The labelled reviews of the Stanford archive: `aclImdb/{train,test}/{neg,pos}/ID_STARS.txt`, in that order and by number,
 * whatever the order in the archive. The unlabelled half, where it is there, is passed over.
 *
 * @throws Error, one sentence, for a damaged or dangerous archive, see `readTarGz`
 * @throws WrongCorpusError when there are no reviews of both halves in it
 */
export async function readImdbArchive(file: string, onReview: (count: number) => void): Promise<RawReview[]> {
  const found: { path: string; id: number; review: RawReview }[] = [];
  await readTarGz(file, {
    limits: LIMITS,
    wanted: (path) => REVIEW.test(path),
    onFile: (path, bytes) => {
      const [, half, id, stars] = REVIEW.exec(path) ?? [];
      if (half !== 'train' && half !== 'test') return;
      const text = decodeUtf8(bytes, { name: `${file}: ${path}` });
      found.push({ path, id: Number(id), review: { half, rating: Number(stars), text } });
      onReview(found.length);
    },
  });
  const group = ({ path, review }: (typeof found)[number]): number =>
    (review.half === 'train' ? 0 : 2) + (path.includes('/pos/') ? 1 : 0);
  found.sort((a, b) => group(a) - group(b) || a.id - b.id);
  const reviews = found.map(({ review }) => review);
  for (const half of ['train', 'test']) {
    if (reviews.some((review) => review.half === half)) continue;
    throw new WrongCorpusError(
      `${file}: there is no review in aclImdb/${half}/neg or aclImdb/${half}/pos; expected the archive aclImdb_v1.tar.gz.`,
    );
  }
  return reviews;
}
