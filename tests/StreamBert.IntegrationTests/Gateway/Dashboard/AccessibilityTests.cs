using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace StreamBert.IntegrationTests.Gateway.Dashboard;

/// <summary>
/// WCAG 2.2 AA as far as axe-core can tell, in both themes, and by hand: no page scrolls sideways on a phone, and the keyboard alone is
/// enough.
/// </summary>
[Collection(nameof(FilledDashboard))]
public sealed class AccessibilityTests(FilledDashboard dashboard)
{
    private const int MaxTabs = 150;

    private static readonly AxeRunOptions Rules = new()
    {
        ResultTypes = [ResultType.Violations],
        RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"),
    };

    /// <summary>Describes the innermost elements that make the page scroll sideways.</summary>
    internal const string WidestElement = """
        document.documentElement.scrollWidth <= innerWidth ? "" : [...document.querySelectorAll("body *")]
            .filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 120)).slice(-3).join("\n")
        """;

    /// <summary>The only rule whose result depends on the theme.</summary>
    private static readonly AxeRunOptions Contrast = new() { RunOnly = RunOnlyOptions.Rules("color-contrast") };

    public static TheoryData<string> Pages => [.. FilledDashboard.Paths];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Axe_finds_no_violation_on_a_page_and_it_never_scrolls_sideways(string path)
    {
        await using var page = await dashboard.OpenAsync(path);
        await page.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await AssertAccessibleAsync(page.Page, Rules);

        await page.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Assertions.Expect(page.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await AssertAccessibleAsync(page.Page, Contrast);

        foreach (var width in (int[])[1_280, 390, 320])
        {
            await page.Page.SetViewportSizeAsync(width, 800);
            var widest = await page.Page.EvaluateAsync<string>(WidestElement);
            Assert.True(widest.Length == 0, $"/{path} is wider than {width} px: {widest}");
        }
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_no_violation_in_the_dialogs(ColorScheme theme)
    {
        await using var overview = await dashboard.OpenAsync("?pipeline=financial-news", theme);
        await overview.Row(FilledDashboard.Text).ClickAsync();
        await Assertions.Expect(overview.Page.GetByRole(AriaRole.Dialog).First).ToBeVisibleAsync();
        await AssertAccessibleAsync(overview.Page, Rules);

        await using var letters = await dashboard.OpenAsync("dead-letters", theme);
        await letters.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "not-utf8" }).GetByRole(AriaRole.Button).ClickAsync();
        await Assertions.Expect(letters.Page.GetByRole(AriaRole.Dialog).First).ToBeVisibleAsync();
        await AssertAccessibleAsync(letters.Page, Rules);
    }

    [Fact]
    public async Task An_alert_is_silenced_with_the_keyboard_alone()
    {
        await using var page = await dashboard.OpenAsync($"alerts/{FilledDashboard.Alert}");
        await PressAsync(page.Page, page.Page.GetByRole(AriaRole.Button, new() { Name = "Silence this series" }));

        await PressAsync(page.Page, page.Page.GetByRole(AriaRole.Button, new() { Name = "End silence" }));
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Silence this series" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_prediction_is_corrected_with_the_keyboard_alone()
    {
        await using var page = await dashboard.OpenAsync("?pipeline=financial-news");
        await PressAsync(page.Page, page.Row(FilledDashboard.Text));
        var dialog = page.Page.GetByRole(AriaRole.Dialog).First;

        await PressAsync(page.Page, dialog.GetByRole(AriaRole.Button, new() { Name = "negative" }).First);
        await PressAsync(page.Page, dialog.GetByRole(AriaRole.Button, new() { Name = "Send corrected label" }));
        await Assertions.Expect(dialog).ToContainTextAsync("Thank you");
        await page.Page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(page.Row(FilledDashboard.Text)).ToContainTextAsync("corrected: negative");
    }

    /// <summary>Moves the focus to an element with the Tab key, and presses Enter there.</summary>
    private static async Task PressAsync(IPage page, ILocator target)
    {
        await Assertions.Expect(target).ToBeVisibleAsync();
        for (var presses = 0; presses < MaxTabs; presses++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                await page.Keyboard.PressAsync("Enter");
                return;
            }
            await page.Keyboard.PressAsync("Tab");
        }
        Assert.Fail($"The Tab key does not reach {target}.");
    }

    private static async Task AssertAccessibleAsync(IPage page, AxeRunOptions rules)
    {
        var result = await page.RunAxe(rules);
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.SelectMany(Describe)));
    }

    private static IEnumerable<string> Describe(AxeResultItem violation) => violation.Nodes.Select(
        node => $"{violation.Id}: {violation.Help}: {node.Html} "
            + string.Join("; ", node.Any.Concat(node.All).Select(static check => check.Message)));
}
