// Choices that the server must know before it draws the page, such as the theme.
const YEAR = 365 * 24 * 60 * 60;

export function remember(name, value) {
  const age = value ? YEAR : 0;
  document.cookie = `${name}=${value}; path=/; max-age=${age}; samesite=lax`;
}
