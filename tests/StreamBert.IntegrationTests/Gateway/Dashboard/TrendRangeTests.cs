using System.Text.RegularExpressions;
using Microsoft.Playwright;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;

namespace StreamBert.IntegrationTests.Gateway.Dashboard;

/// <summary>The trend panel shows any range of event time, and its address shows the same again.</summary>
public sealed class TrendRangeTests(DashboardHost host) : IClassFixture<DashboardHost>, IAsyncLifetime
{
    private const int Windows = 600;

    /// <summary>Midnight in Berlin, the time zone of the browser.</summary>
    private static readonly DateTimeOffset Start = new(1987, 10, 18, 23, 0, 0, TimeSpan.Zero);

    private static readonly SemaphoreSlim Preparation = new(1);
    private static bool _isPrepared;

    public async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await Preparation.WaitAsync(cancellation);
        if (!_isPrepared)
        {
            var windows = Enumerable.Range(0, Windows).Select(static minute =>
                SampleEvents.Window("reviews", Start.AddMinutes(minute), minute is >= 300 and < 330 ? 50 : 2, 5, 5));
            await host.Log.AppendAsync(
                [.. windows.Select(static window => EventRecord.Create(Topics.Trends, "reviews", window, window.Window.End))],
                cancellation);
            var alert = SampleEvents.Surge("crash", Start.AddMinutes(302)) with { Series = new("reviews", "sentiment", SeriesKey.All) };
            await host.AppendAsync(Topics.Alerts, alert.Id, alert, Start);
            await host.AppendAsync(Topics.Alerts, alert.Id, SampleEvents.Resolution(alert), Start);
            _isPrepared = true;
        }
        Preparation.Release();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_link_to_a_range_of_long_ago_shows_its_windows_and_alerts_and_a_reload_too()
    {
        await using var page = await host.OpenAsync("?pipeline=reviews&from=1987-10-19T04:00:00Z&to=1987-10-19T05:00:00Z");
        for (var load = 0; load < 2; load++)
        {
            await Expect(ChartOf(page, "Shares from 19 Oct 1987, 05:00 to 19 Oct 1987, 06:00, 60 points")).ToBeVisibleAsync();
            await Expect(page.Page.Locator(".sb-span")).ToHaveTextAsync("Label surge");
            await Expect(page.Page.GetByLabel("Time range", new() { Exact = true }).Locator("option:checked"))
                .ToHaveTextAsync("Between two times");
            await Expect(page.Page.GetByText("stored: 19 Oct 1987, 00:00 – 19 Oct 1987, 09:59")).ToBeVisibleAsync();
            await page.Page.ReloadAsync();
        }
    }

    [Fact]
    public async Task Every_choice_of_a_range_has_an_address_and_the_back_button_returns_to_the_range_before()
    {
        await using var page = await host.OpenAsync("?pipeline=reviews");

        await page.Page.GetByRole(AriaRole.Combobox, new() { Name = "Time range" }).SelectOptionAsync("All windows");
        await Expect(ChartOf(page, "Shares from 19 Oct 1987, 00:00 to 19 Oct 1987, 10:00, 120 points")).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("up to 5 windows per point")).ToBeVisibleAsync();
        await Expect(page.Page).ToHaveURLAsync(new Regex("[?]pipeline=reviews&range=all$"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Zoom in" }).ClickAsync();
        await Expect(page.Page).ToHaveURLAsync(AddressOf("1987-10-19T01:30:00Z", "1987-10-19T06:30:00Z"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Earlier" }).ClickAsync();
        await Expect(page.Page).ToHaveURLAsync(AddressOf("1987-10-18T20:30:00Z", "1987-10-19T01:30:00Z"));
        await page.Page.GoBackAsync();
        await page.Page.GoBackAsync();
        await Expect(ChartOf(page, "120 points")).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Live", Exact = true }).ClickAsync();
        await Expect(ChartOf(page, "Shares from 19 Oct 1987, 08:00 to 19 Oct 1987, 10:00, 120 points")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Dragging_over_the_chart_shows_what_was_selected()
    {
        await using var page = await host.OpenAsync("?pipeline=reviews&range=all");
        await Expect(ChartOf(page, "120 points")).ToBeVisibleAsync();
        var plot = (await page.Page.Locator(".sb-plot").BoundingBoxAsync())!;

        await page.Page.Mouse.MoveAsync(plot.X + plot.Width * 0.502f, plot.Y + plot.Height / 2);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(plot.X + plot.Width * 0.547f, plot.Y + plot.Height / 2, new() { Steps = 4 });
        await page.Page.Mouse.UpAsync();

        await Expect(page.Page).ToHaveURLAsync(AddressOf("1987-10-19T04:00:00Z", "1987-10-19T04:30:00Z"));
        await Expect(ChartOf(page, "30 points. Latest: negative 83 %")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_range_without_windows_leads_to_those_that_are_stored()
    {
        await using var page = await host.OpenAsync("?pipeline=reviews&from=1990-01-01T00:00:00Z&to=1990-01-02T00:00:00Z");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show all windows" }).ClickAsync();

        await Expect(ChartOf(page, "120 points")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Times_are_entered_in_the_time_zone_of_the_reader()
    {
        await using var page = await host.OpenAsync("?pipeline=reviews");
        await page.Page.GetByRole(AriaRole.Combobox, new() { Name = "Time range" }).SelectOptionAsync("Between two times");

        await page.Page.GetByLabel("from", new() { Exact = true }).FillAsync("1987-10-19T05:00");
        await page.Page.GetByLabel("to", new() { Exact = true }).FillAsync("1987-10-19T04:00");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await Expect(page.Page.GetByText("The first time must lie before the second.")).ToBeVisibleAsync();
        await page.Page.GetByLabel("to", new() { Exact = true }).FillAsync("1987-10-19T06:00");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();

        await Expect(page.Page).ToHaveURLAsync(AddressOf("1987-10-19T04:00:00Z", "1987-10-19T05:00:00Z"));
    }

    [Theory]
    [InlineData(320)]
    [InlineData(390)]
    [InlineData(1_000)]
    public async Task The_overview_with_a_range_fits_the_width(int width)
    {
        await using var page = await host.OpenAsync("?pipeline=reviews&from=1987-10-19T04:00:00Z&to=1987-10-19T05:00:00Z");
        await page.Page.SetViewportSizeAsync(width, 900);
        await Expect(ChartOf(page, "60 points")).ToBeVisibleAsync();

        Assert.InRange(await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 0, width);
        var panel = (await page.Page.Locator(".sb-trend-card").BoundingBoxAsync())!;
        foreach (var input in await page.Page.Locator(".sb-time").AllAsync())
        {
            var box = (await input.BoundingBoxAsync())!;
            Assert.InRange(box.X + box.Width, panel.X, panel.X + panel.Width);
        }
    }

    private static IPageAssertions Expect(IPage page) => Assertions.Expect(page);

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private static Regex AddressOf(string from, string to) =>
        new($"[?]pipeline=reviews&from={Uri.EscapeDataString(from)}&to={Uri.EscapeDataString(to)}$");

    private static ILocator ChartOf(CheckedPage page, string summary) =>
        page.Page.GetByRole(AriaRole.Img, new() { NameRegex = new(Regex.Escape(summary)) });
}
