// The theme: light, dark, or that of the system.
import { byId } from './dom';

const themes = ['auto', 'light', 'dark'] as const;
const following: Readonly<Record<string, string>> = { auto: 'light', light: 'dark', dark: 'auto' };
const place = 'theme';

/** Connects the button, and restores the theme that was chosen before. */
export function followTheme(): void {
  const button = byId('theme', HTMLButtonElement);
  const name = byId('theme-name', HTMLSpanElement);
  const apply = (theme: string): void => {
    document.documentElement.dataset['theme'] = theme;
    name.textContent = theme;
  };
  apply(themes.find((theme) => theme === remembered()) ?? 'auto');
  button.addEventListener('click', () => {
    const next = following[name.textContent ?? ''] ?? 'auto';
    apply(next);
    remember(next);
  });
}

function remembered(): string | null {
  try {
    return localStorage.getItem(place);
  } catch {
    return null; // storage is off
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(place, theme);
  } catch {
    // storage is off: the theme is kept for this visit only
  }
}
