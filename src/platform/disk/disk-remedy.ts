/** The remedy if a disk accepts no more data, by the code of the system; undefined for any other failure. */
export function diskRemedy(code: string): string | undefined {
  switch (code) {
    case 'ENOSPC':
      return 'The disk is full: free up space, or name a file on another disk.';
    case 'EDQUOT':
      return 'The disk quota of this user is used up: free up space, or name a file on another disk.';
    case 'EFBIG':
      return 'The file would be larger than a process may write here: raise the limit (ulimit -f).';
    case 'EROFS':
      return 'The disk is read-only: name a file on another disk.';
    default:
      return undefined;
  }
}
