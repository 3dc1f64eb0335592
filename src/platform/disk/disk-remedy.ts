/** What to do where a disk took no more, by the code of the system; undefined for any other failure. */
export function diskRemedy(code: string): string | undefined {
  switch (code) {
    case 'ENOSPC':
      return 'The disk is full: free space on it, or name a file on another disk.';
    case 'EDQUOT':
      return "This user's share of the disk is used up: free space on it, or name a file on another disk.";
    case 'EFBIG':
      return 'The file would be larger than a process may write here: raise the limit (ulimit -f).';
    case 'EROFS':
      return 'The disk can only be read: name a file on another disk.';
    default:
      return undefined;
  }
}
