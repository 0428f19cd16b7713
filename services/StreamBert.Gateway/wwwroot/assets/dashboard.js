// Loaded in the head, before the first paint, so that the page never flashes in the wrong theme.
window.streambert = (() => {
  const key = "streambert-theme";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem(key) ?? "system"; } catch { return "system"; } };
  const isDark = choice => choice === "dark" || (choice === "system" && dark.matches);
  const paint = choice => {
    document.documentElement.dataset.theme = isDark(choice) ? "dark" : "light";
    return { choice, dark: isDark(choice) };
  };

  paint(stored());
  dark.addEventListener("change", () => paint(stored()));

  document.addEventListener("components-reconnect-state-changed", event => {
    // The server was restarted and does not know this circuit. All data comes from its state store, so reloading loses nothing.
    if (event.detail?.state === "rejected") location.reload();
  }, true); // capture: this event does not bubble

  // A tab whose session ended before its circuit opened, or while it reconnects, is refused. Reloading leads to the sign-in page.
  const request = window.fetch;
  window.fetch = async (...args) => {
    const response = await request(...args);
    if (response.status === 401 && new URL(args[0]?.url ?? args[0], document.baseURI).pathname.includes("/_blazor")) location.reload();
    return response;
  };

  document.addEventListener("click", event => {
    if (event.target.closest?.("[data-reconnect]")) location.reload();
  });

  document.addEventListener("keydown", event => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    target.click();
  });

  return {
    theme: () => paint(stored()),
    setTheme: choice => {
      try { localStorage.setItem(key, choice); } catch { /* private mode: the choice holds for this page only */ }
      return paint(choice);
    },
    timeZone: () => Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC",
    signIn: () => { setTimeout(() => location.assign("sign-in")); },
  };
})();
