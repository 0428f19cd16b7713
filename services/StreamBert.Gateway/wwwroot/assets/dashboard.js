// Loaded in the head, before the first paint, so that the page never flashes in the wrong theme.
window.streambert = (() => {
  const key = "streambert-theme";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => read(key) ?? "system";
  const isDark = choice => choice === "dark" || (choice === "system" && dark.matches);
  const paint = choice => { document.documentElement.dataset.theme = isDark(choice) ? "dark" : "light"; };

  const read = name => { try { return localStorage.getItem(name); } catch { return null; } };
  const write = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private mode: until the page is left */ } };
  let shortcuts = read("streambert-shortcuts") !== "off";
  const hasShortcuts = () => shortcuts;

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

  // Keys and clicks on what a text asks for count only once the text has been visible for as long as a person needs to react to it; what
  // comes sooner was meant for the text before. It is reported, and never applied.
  const reactionMs = 150;
  const visibleSince = new WeakMap();
  const waitUntilVisible = part => {
    visibleSince.set(part, Infinity);
    part.removeAttribute("data-accepts-keys");
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const since = performance.now();
      visibleSince.set(part, since);
      setTimeout(() => { if (visibleSince.get(part) === since) part.setAttribute("data-accepts-keys", ""); }, reactionMs);
    }));
  };
  const isTooEarly = (target, time) => {
    const part = target.closest?.("[data-anytime]") ? null : target.closest?.("[data-shown]");
    return part != null && !(time >= visibleSince.get(part) + reactionMs);
  };
  const reportIgnored = () => document.querySelector("[data-report-ignored]")?.click();
  new MutationObserver(changes => {
    for (const { type, target } of changes) if (type === "attributes") waitUntilVisible(target);
    for (const part of document.querySelectorAll("[data-shown]")) if (!visibleSince.has(part)) waitUntilVisible(part);
  }).observe(document, { attributes: true, attributeFilter: ["data-shown"], childList: true, subtree: true });

  document.addEventListener("click", event => {
    if (!event.isTrusted || !isTooEarly(event.target, event.timeStamp)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    reportIgnored();
  }, true);

  // Dragging over a chart selects a span of it. A finger scrolls the page instead; the buttons beside the chart do the same.
  const minSelected = 0.01;
  let dragged = null;
  const positionIn = (plot, event) => {
    const { left, width } = plot.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / width));
  };
  const drawSelected = (left, right) => {
    const style = dragged.plot.querySelector(".sb-selected").style;
    [style.left, style.width] = [`${100 * Math.min(left, right)}%`, `${100 * Math.abs(right - left)}%`];
  };
  const endDrag = event => {
    if (!dragged) return;
    const { plot, start } = dragged;
    const end = positionIn(plot, event);
    drawSelected(0, 0);
    dragged = null;
    if (event.type !== "pointerup" || Math.abs(end - start) < minSelected) return;
    const detail = { left: Math.min(start, end), right: Math.max(start, end) };
    plot.dispatchEvent(new CustomEvent("spanselect", { bubbles: true, detail }));
  };
  document.addEventListener("pointerdown", event => {
    const plot = event.target.closest?.("[data-selects-span]");
    if (!plot || event.button !== 0 || event.pointerType === "touch") return;
    event.preventDefault();
    dragged = { plot, start: positionIn(plot, event) };
  });
  document.addEventListener("pointermove", event => { if (dragged) drawSelected(dragged.start, positionIn(dragged.plot, event)); });
  document.addEventListener("pointerup", endDrag);
  document.addEventListener("pointercancel", endDrag);
  document.addEventListener("DOMContentLoaded", () =>
    window.Blazor?.registerCustomEventType("spanselect", { createEventArgs: event => event.detail }));

  // A menu of the header closes with Escape, with a click elsewhere, and when one of its pages opens.
  const openMenus = () => document.querySelectorAll(".sb-menu[open]");
  const closeMenus = except => openMenus().forEach(menu => { if (menu !== except) menu.open = false; });
  document.addEventListener("click", event =>
    closeMenus(event.target.closest?.("a") ? null : event.target.closest?.(".sb-menu")));
  document.addEventListener("focusin", event => closeMenus(event.target.closest?.(".sb-menu")));
  document.addEventListener("keydown", event => {
    const [menu] = openMenus();
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  document.addEventListener("keydown", event => {
    const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat || !hasShortcuts()) return;
    if (document.querySelector("dialog[open]")) return;
    // A part of the page that owns the shortcuts keeps its digits from opening another page.
    const scope = document.querySelector("main [data-owns-shortcuts]") ?? document;
    const target = scope.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    if (isTooEarly(target, event.timeStamp)) reportIgnored();
    else target.click();
  });

  return {
    theme: stored,
    setTheme: choice => {
      write(key, choice);
      paint(choice);
    },
    showModal: dialog => dialog.showModal(),
    closeModal: dialog => dialog.close(),
    setLanguage: language => {
      document.cookie = `.AspNetCore.Culture=${encodeURIComponent(`c=${language}|uic=${language}`)};path=/;max-age=31536000;samesite=lax`;
      location.reload();
    },
    hasShortcuts,
    setShortcuts: isOn => { shortcuts = isOn; write("streambert-shortcuts", isOn ? "on" : "off"); },
    annotator: () => read("streambert-annotator"),
    setAnnotator: name => write("streambert-annotator", name ?? ""),
    timeZone: () => Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC",
    copy: async text => {
      try { await navigator.clipboard.writeText(text); return true; } catch { /* not allowed, or not served over HTTPS */ }
      const area = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(area);
      area.select();
      try { return document.execCommand("copy"); } finally { area.remove(); }
    },
    signIn: () => { setTimeout(() => location.assign("sign-in")); },
  };
})();
