using Microsoft.Playwright;

namespace StreamBert.IntegrationTests.Gateway.Dashboard;

/// <summary>The dashboard in a browser whose language is Chinese. What comes from the log is marked with <c>translate="no"</c>.</summary>
[Collection(nameof(FilledDashboard))]
public sealed class ChineseTests(FilledDashboard dashboard)
{
    /// <summary>Lists the Latin words of the visible texts, and the attributes that are read to a person and have no Chinese.</summary>
    private const string LatinTexts = """
        () => {
          const words = /[A-Za-z][A-Za-z-]+/g;
          const allowed = new Set(["quiet", "StreamBert", "CSV", "Parquet", "JSON", "API", "Slack", "Kafka", "ROC", "logit", "Wh", "UTC"]);
          const notChrome = "[translate=no], code, pre, kbd, script, style, noscript, .sb-language, #components-reconnect-modal";
          const isData = e => e.closest(notChrome);
          const latin = text => [...text.matchAll(words)].map(m => m[0]).filter(word => !allowed.has(word));
          const data = [...document.querySelectorAll("h1[translate=no], h2[translate=no]")].map(e => e.textContent);
          const isTranslated = text => latin(text).length === 0 || /\p{Script=Han}/u.test(text) || data.includes(text);
          const found = [];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const { parentElement, data } = walker.currentNode;
            if (!isData(parentElement) && parentElement.checkVisibility() && latin(data).length > 0) found.push(data.trim());
          }
          for (const e of document.querySelectorAll("[title], [aria-label], [placeholder], [alt]"))
            for (const name of ["title", "aria-label", "placeholder", "alt"]) {
              const value = e.getAttribute(name) ?? "";
              if (!isData(e) && !isTranslated(value)) found.push(`${name}=${value}`);
            }
          if (!isTranslated(document.title.replace(" · StreamBert", ""))) found.push(document.title);
          return found;
        }
        """;

    [Fact]
    public async Task No_page_has_English_text_or_scrolls_sideways_on_a_phone()
    {
        List<string> found = [];
        await using var page = await dashboard.OpenAsync("", locale: "zh-CN");
        await Assertions.Expect(page.Page.Locator("html")).ToHaveAttributeAsync("lang", "zh-CN");
        foreach (var path in FilledDashboard.Paths)
        {
            await page.Page.SetViewportSizeAsync(1_440, 900);
            await page.Page.GotoAsync($"{dashboard.Host.Address}/{path}");
            await page.Page.Locator(".sb-state:not(.degraded)").WaitForAsync();
            await Assertions.Expect(page.Page.Locator("main h1")).ToHaveCountAsync(1);
            var latin = await page.Page.EvaluateAsync<string[]>(LatinTexts);
            await page.Page.SetViewportSizeAsync(320, 800);
            var widest = await page.Page.EvaluateAsync<string>(AccessibilityTests.WidestElement);
            found.AddRange(latin.Append(widest).Where(static text => text.Length > 0).Select(text => $"/{path}: {text}"));
        }
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public async Task The_language_of_the_header_overrides_that_of_the_browser()
    {
        await using var page = await dashboard.OpenAsync("alerts", locale: "zh-CN");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Alerts", Exact = true })).ToBeVisibleAsync();

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "中文" }).ClickAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "告警", Exact = true })).ToBeVisibleAsync();
    }
}
