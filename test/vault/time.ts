/** 'YYYY-MM-DD HH:MM:SS', as the vault writes times without an offset. */
export function wallClock(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
