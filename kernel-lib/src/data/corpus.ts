import type { Displayable } from '../display';

/** A file, exactly. */
export interface CorpusFile {
  /** Its name in every folder where it is looked for. */
  readonly file: string;
  readonly bytes: number;
  /** In hexadecimal. Whatever has another one is not this file. */
  readonly sha256: string;
}

/** One corpus that the registry knows, and its file. */
export interface CorpusEntry extends CorpusFile {
  /** How it is asked for: `datasets.nietzsche()`. */
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  /** How to cite it. */
  readonly citation: string;
  /** Where the file can be downloaded, tried in turn. */
  readonly sources: readonly string[];
  /** A file that holds all of the corpus that is used, and serves where the other is not there. It is never downloaded. */
  readonly extract?: CorpusFile;
}

/** A text, and where it comes from. */
export interface Corpus extends Displayable {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  /** Code points in `text`. */
  readonly characters: number;
  /** Of the text as UTF-8. */
  readonly bytes: number;
  readonly sha256: string;
  /** The file, or the folder, that was read. */
  readonly path: string;
  readonly licence: string;
  readonly citation: string;
  /** True when this is not the corpus that was asked for. */
  readonly standIn: boolean;
  /** One line that says what was read, or what stands in for it and why. */
  readonly note: string;
}

/** How a corpus is found. */
export interface CorpusOptions {
  /** What to use when the corpus is not there and cannot be had: this project's own source code. It says so. */
  orElse?: 'ownSource';
  /** Never touch the network. The environment variable UNROLLED_OFFLINE=1 does the same for every corpus. */
  offline?: boolean;
  /** Told how many bytes of how many are there; without it a progress bar is shown. */
  onProgress?: (bytes: number, total: number) => void;
  /** Stops a download; what was received is kept, and the next call goes on from there. */
  signal?: AbortSignal;
  /** How long a source may be silent before the next one is tried, in milliseconds. Default 30,000. */
  timeoutMs?: number;
}

/** The corpus is not on this machine and could not be had; `message` says where to put it. */
export class MissingCorpusError extends Error {
  override readonly name = 'MissingCorpusError';
}

/** A file is there under the right name, but it is not the corpus, or cannot be read. It is never used. */
export class WrongCorpusError extends Error {
  override readonly name = 'WrongCorpusError';
}

/** 600893 as '600,893'. */
export const grouped = (count: number): string => count.toLocaleString('en-US');
