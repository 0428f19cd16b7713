using System.Text.RegularExpressions;
using Microsoft.Playwright;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;

namespace StreamBert.IntegrationTests.Gateway.Dashboard;

/// <summary>Predictions are searched on a page of their own, and each has one.</summary>
public sealed class PredictionPagesTests(DashboardHost host) : IClassFixture<DashboardHost>, IAsyncLifetime
{
    private const int Predictions = 60;
    private static readonly DateTimeOffset Start = new(1987, 10, 19, 12, 0, 0, TimeSpan.Zero);

    public async ValueTask InitializeAsync()
    {
        var predictions = Enumerable.Range(0, Predictions).Select(static number => SampleEvents.Prediction(
            $"story/{number}", "financial-news", $"Text {number} about {(number % 2 == 0 ? "oil" : "gold")}",
            number % 3 == 0 ? "positive" : "negative", Start.AddMinutes(number)));
        await host.Log.AppendAsync(
            [.. predictions.Select(static item => EventRecord.Create(Topics.Predictions, item.Id, item, item.ClassifiedAt))],
            TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Predictions_are_found_by_text_and_label_and_the_address_finds_them_again()
    {
        await using var page = await host.OpenAsync("predictions?pipeline=financial-news");
        await Expect(page.Page.GetByText("50 predictions so far")).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show more" }).ClickAsync();
        await Expect(page.Page.GetByText("60 predictions, the latest first")).ToBeVisibleAsync();

        await page.Page.GetByLabel("Text contains").FillAsync("OIL");
        await page.Page.GetByLabel("Label").SelectOptionAsync("sentiment: positive");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).ClickAsync();

        await Expect(page.Page.GetByText("10 predictions, the latest first")).ToBeVisibleAsync();
        await Expect(page.Page).ToHaveURLAsync(new Regex("head=sentiment&label=positive&text=OIL$"));
        await page.Page.ReloadAsync();
        await Expect(page.Page.GetByText("10 predictions, the latest first")).ToBeVisibleAsync();
        await Expect(page.Page.GetByLabel("Text contains")).ToHaveValueAsync("OIL");
        await Expect(page.Row("Text 54 about oil")).ToContainTextAsync("positive");
    }

    [Fact]
    public async Task A_search_that_finds_nothing_says_so_and_one_that_makes_no_sense_is_refused()
    {
        await using var page = await host.OpenAsync("predictions?pipeline=financial-news&text=platinum");
        await Expect(page.Page.GetByText("No prediction matches")).ToBeVisibleAsync();

        var confidence = page.Page.GetByRole(AriaRole.Group, new() { Name = "Confidence in %" });
        await confidence.GetByLabel("from").FillAsync("90");
        await confidence.GetByLabel("to").FillAsync("80");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).ClickAsync();

        await Expect(page.Page.GetByText("The least confidence must not be above the highest.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_row_leads_to_the_page_of_its_prediction_where_it_can_be_corrected_and_copied()
    {
        await using var page = await host.OpenAsync("predictions?pipeline=financial-news&text=Text 7 about");
        await page.Row("Text 7 about gold").ClickAsync();

        await Expect(page.Page).ToHaveURLAsync(new Regex("predictions/story%2F7$"));
        await Expect(page.Page.GetByRole(AriaRole.List, new() { Name = "Scores of sentiment" })).ToContainTextAsync("83 %");
        await Expect(page.Page.GetByText("Nobody has labelled this text")).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Copy JSON" }).ClickAsync();
        await Expect(page.Page.GetByText("Copied the JSON.")).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Confirm all labels" }).ClickAsync();
        await Expect(page.Page.GetByText("Thank you.")).ToBeVisibleAsync();
        await page.Page.ReloadAsync();
        await Expect(page.Page.GetByText("given by 1 person").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_id_that_is_entered_leads_to_its_page_and_an_unknown_one_to_an_explanation()
    {
        await using var page = await host.OpenAsync("predictions?pipeline=financial-news");
        await page.Page.GetByLabel("Id", new() { Exact = true }).FillAsync("story/3");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).ClickAsync();
        await Expect(page.Page.GetByText("Text 3 about gold")).ToBeVisibleAsync();

        await using var unknown = await host.OpenAsync("predictions/none");
        await Expect(unknown.Page.GetByText("There is no such prediction")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(320)]
    [InlineData(390)]
    [InlineData(1_000)]
    public async Task The_pages_fit_the_width(int width)
    {
        (string Path, string Content)[] pages =
            [("predictions?pipeline=financial-news", "Text 59 about gold"), ("predictions/story%2F7", "Scores")];
        foreach (var (path, content) in pages)
        {
            await using var page = await host.OpenAsync(path);
            await page.Page.SetViewportSizeAsync(width, 800);
            await Expect(page.Page.GetByText(content).Or(page.Page.GetByLabel("Scores of topic")).First).ToBeVisibleAsync();

            Assert.InRange(await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 0, width);
        }
    }

    private static IPageAssertions Expect(IPage page) => Assertions.Expect(page);

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);
}
