// Light or dark: what was chosen in this browser, else what the system prefers.
export const theme = (): string => localStorage.getItem('vagus.theme') ?? '';

const paint = () => document.documentElement.setAttribute('data-theme', theme());

export function turn(): void {
  const dark = theme() ? theme() === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  localStorage.setItem('vagus.theme', dark ? 'light' : 'dark');
  paint();
  dispatchEvent(new Event('vagus-theme'));
}

paint();
