using Microsoft.Playwright;
using StreamBert.Contracts;

namespace StreamBert.IntegrationTests.Gateway.Dashboard;

/// <summary>Tests the pages about accuracy, fairness and drift, and the menus that lead to them.</summary>
public sealed class ModelHealthPagesTests(DashboardHost host) : IClassFixture<DashboardHost>
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData("accuracy", "Accuracy of quiet", "No accuracy is estimated yet")]
    [InlineData("fairness", "Fairness of quiet", "quiet has no fairness rule")]
    [InlineData("drift", "Drift of quiet", "Nothing has been compared yet")]
    public async Task Without_data_a_page_says_what_it_waits_for(string path, string heading, string text)
    {
        await using var page = await host.OpenAsync($"{path}?pipeline=quiet");

        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(heading);
        await Expect(page.Page.GetByRole(AriaRole.Note)).ToContainTextAsync(text);
    }

    [Fact]
    public async Task The_page_of_accuracy_shows_the_estimate_beside_the_labels_by_head_and_segment()
    {
        await AppendAccuracyAsync();
        await using var page = await host.OpenAsync("accuracy?pipeline=financial-news");

        var all = page.Page.GetByRole(AriaRole.Region, new() { Name = "All texts" }).GetByRole(AriaRole.Row)
            .Filter(new() { HasText = "All segments" });
        await Expect(all).ToContainTextAsync("82 % 79–85 %");
        await Expect(all).ToContainTextAsync("75 % 60–86 %, 40 labels");
        var macro = page.Page.GetByRole(AriaRole.Region, new() { Name = "By topic" }).GetByRole(AriaRole.Row)
            .Filter(new() { HasText = "Macro" });
        await Expect(macro).ToContainTextAsync("no labels");
        await Expect(macro).ToContainTextAsync("not yet");

        await page.Page.GetByLabel("Series").SelectOptionAsync("By topic");

        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "All texts" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_page_of_fairness_shows_which_groups_lack_data()
    {
        await host.AppendAsync(Topics.Fairness, "financial-news/region", SampleEvents.Fairness("region/sentiment=negative", Now), Now);
        await using var page = await host.OpenAsync("fairness?pipeline=financial-news");

        var rule = page.Page.GetByRole(AriaRole.Article, new() { Name = "region/sentiment=negative" });
        await Expect(rule).ToContainTextAsync("What is missing: conversations of islands (9 of 291).");
        await Expect(rule.GetByRole(AriaRole.Row).Filter(new() { HasText = "9 of 291, insufficient data" }).First)
            .ToContainTextAsync("islands");
        await Expect(rule).ToContainTextAsync("Insufficient data never means that the groups are treated alike.");
        await Expect(rule).ToContainTextAsync("E-value 1.40 of 40,320");
    }

    [Fact]
    public async Task The_page_of_drift_shows_every_quantity_with_its_threshold_without_an_alert()
    {
        await host.AppendAsync(Topics.Drift, "labels", SampleEvents.Drift(AlertKinds.LabelDrift, "sentiment", Now), Now);
        await host.AppendAsync(Topics.Drift, "embeddings", SampleEvents.Drift(AlertKinds.EmbeddingDrift, SeriesKey.AllHeads, Now) with
        {
            State = DriftReported.Insufficient,
            Comparison = null,
        }, Now);
        await using var page = await host.OpenAsync("drift?pipeline=financial-news");

        var rows = page.Page.GetByRole(AriaRole.Region, new() { Name = "Watched quantities" }).GetByRole(AriaRole.Row);
        await Expect(rows.Filter(new() { HasText = "Label mix" })).ToContainTextAsync("negative +6 pts");
        await Expect(rows.Filter(new() { HasText = "Label mix" })).ToContainTextAsync("0.04");
        await Expect(rows.Filter(new() { HasText = "Embeddings" })).ToContainTextAsync("Insufficient data");
        await Expect(page.Page.GetByRole(AriaRole.Article)).ToContainTextAsync("last good week");
        await Expect(page.Page.GetByRole(AriaRole.Article).GetByRole(AriaRole.Row).Filter(new() { HasText = "neutral" }))
            .ToContainTextAsync("−5 pts");
    }

    [Fact]
    public async Task The_page_of_models_summarizes_health_and_links_to_its_pages()
    {
        await AppendAccuracyAsync();
        await using var page = await host.OpenAsync("models?pipeline=financial-news");

        var health = page.Page.GetByRole(AriaRole.Region, new() { Name = "Model health of financial-news" });
        await Expect(health).ToContainTextAsync("sentiment estimated 82 % (79–85 %), labelled 75 %.");
        await health.GetByRole(AriaRole.Link, new() { Name = "Drift" }).ClickAsync();

        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Drift");
    }

    [Fact]
    public async Task The_menus_work_with_the_keyboard_and_on_a_small_phone()
    {
        await using var page = await host.OpenAsync("");
        await page.Page.SetViewportSizeAsync(320, 640);
        var menu = page.Page.Locator(".sb-menu", new() { HasText = "Health" });
        await menu.Locator("summary").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(menu.GetByRole(AriaRole.Link, new() { Name = "Fairness" })).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(menu.GetByRole(AriaRole.Link, new() { Name = "Fairness" })).ToBeHiddenAsync();
        await Expect(menu.Locator("summary")).ToBeFocusedAsync();

        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Accuracy");
        await Expect(menu.GetByRole(AriaRole.Link, new() { Name = "Fairness" })).ToBeHiddenAsync();
        Assert.True(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }

    [Theory]
    [InlineData("Models")]
    [InlineData("Health")]
    [InlineData("System")]
    public async Task An_open_menu_fits_a_small_phone(string name)
    {
        await using var page = await host.OpenAsync("");
        await page.Page.SetViewportSizeAsync(320, 640);
        var menu = page.Page.Locator(".sb-menu", new() { HasText = name }).Filter(new()
        {
            Has = page.Page.Locator("summary", new()
            {
                HasText = name,
            })
        });

        await menu.Locator("summary").ClickAsync();

        await Expect(menu.GetByRole(AriaRole.Link).First).ToBeVisibleAsync();
        Assert.True(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }

    [Fact]
    public async Task A_digit_opens_a_page_of_a_closed_menu()
    {
        await using var page = await host.OpenAsync("");

        await page.Page.Keyboard.PressAsync("3");

        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Models");
    }

    private async Task AppendAccuracyAsync()
    {
        await host.AppendAsync(Topics.Accuracy, "financial-news/sentiment/all", SampleEvents.Accuracy(SeriesKey.All, 9_600, Now), Now);
        await host.AppendAsync(
            Topics.Accuracy, "financial-news/sentiment/topic=Macro",
            SampleEvents.Accuracy("topic=Macro", 1_200, Now) with { Sample = null, Reference = null }, Now);
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);
}
