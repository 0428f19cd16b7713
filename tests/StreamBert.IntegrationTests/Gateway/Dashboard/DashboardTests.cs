using Microsoft.Playwright;
using StreamBert.Contracts;

namespace StreamBert.IntegrationTests.Gateway.Dashboard;

/// <summary>
/// Tests the dashboard in a real browser on a real Gateway. No page may have an error, a failed request or a request to another host.
/// </summary>
public sealed class DashboardTests(DashboardHost host) : IClassFixture<DashboardHost>
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData("", "Overview")]
    [InlineData("alerts", "Alerts")]
    [InlineData("models", "Models")]
    [InlineData("try", "Try a text")]
    [InlineData("dead-letters", "Dead letters")]
    public async Task Every_page_loads_completely_without_requests_to_other_hosts(string path, string heading)
    {
        await using var page = await host.OpenAsync(path);

        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(heading);
        await Expect(page.Page.Locator("#blazor-error-ui")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task An_empty_pipeline_shows_how_to_send_texts()
    {
        await using var page = await host.OpenAsync("?pipeline=quiet");

        var help = page.Page.GetByRole(AriaRole.Note).Filter(new() { HasText = "No text has arrived in quiet yet" });
        await Expect(help).ToContainTextAsync("streambert up");
        await Expect(help).ToContainTextAsync($"curl -X POST {host.Address}/v1/texts");
        await Expect(help).ToContainTextAsync(
            "STREAMBERT_Pipelines__0__Name=quiet STREAMBERT_Pipelines__0__Heads__0=sentiment "
            + "STREAMBERT_Pipelines__0__InputTopics__0=your-topic");
    }

    [Fact]
    public async Task A_prediction_appended_to_the_log_appears_in_the_feed()
    {
        await using var page = await host.OpenAsync("?pipeline=financial-news");

        await PredictAsync("appears", "Factory orders rise for a fifth month", "positive");

        await Expect(page.Row("Factory orders rise")).ToContainTextAsync("positive");
        await Expect(page.Row("Factory orders rise")).ToContainTextAsync("83 %");
        await Expect(page.Row("Factory orders rise")).ToContainTextAsync("Macro");
    }

    [Fact]
    public async Task A_paused_feed_buffers_predictions_until_it_is_resumed()
    {
        await using var page = await host.OpenAsync("?pipeline=financial-news");
        await PredictAsync("first", "Lender reports plain figures", "neutral"); // an empty pipeline shows no feed
        await Expect(page.Row("Lender reports plain")).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("p");
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Resume" })).ToBeVisibleAsync();

        await PredictAsync("held", "Lender opens forty branches", "neutral");

        await Expect(page.Page.GetByText("1 new while paused")).ToBeVisibleAsync();
        await Expect(page.Row("Lender opens forty")).ToHaveCountAsync(0);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(page.Row("Lender opens forty")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_dead_letter_can_be_opened_and_discarded()
    {
        string[] reasons = ["not-utf8", "missing-field", "missing-field"];
        foreach (var (number, reason) in reasons.Index())
            await host.AppendAsync(Topics.DeadLetter, $"letter-{number}", SampleEvents.DeadLetter(number, reason, Now), Now);
        await using var page = await host.OpenAsync("dead-letters");
        var row = page.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "not-utf8" });
        await Expect(row).ToBeVisibleAsync();

        await row.GetByRole(AriaRole.Button).ClickAsync();
        var dialog = page.Page.GetByRole(AriaRole.Dialog).First;
        await Expect(dialog).ToContainTextAsync("not UTF-8, as base64: wyg=");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Expect(page.Page.GetByText("Discard dead letter")).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Discard", Exact = true }).Last.ClickAsync();

        await Expect(page.Page.GetByText("1 discarded.")).ToBeVisibleAsync();
        await Expect(row).ToHaveCountAsync(0);
        await page.Page.GetByLabel("State").SelectOptionAsync("discarded");
        await Expect(row).ToContainTextAsync("discarded");
    }

    [Fact]
    public async Task An_alert_is_shown_with_its_evidence()
    {
        await using var page = await host.OpenAsync("alerts?pipeline=financial-news");

        await host.AppendAsync(Topics.Alerts, "surge", SampleEvents.Surge("surge", Now), Now);

        var alert = page.Alert("Negative surge in Macro (surge)");
        await Expect(alert).ToContainTextAsync("critical");
        string[] evidence =
        [
            "71 %", "62–78 %", "30 %", "120 texts", "about once in 2,500 windows", "beta-binomial tail", "recession",
            "Output shrinks for a third quarter",
        ];
        foreach (var text in evidence)
            await Expect(alert).ToContainTextAsync(text);
    }

    [Fact]
    public async Task A_fairness_alert_shows_every_group_and_compares_no_small_one()
    {
        await host.AppendAsync(Topics.Alerts, "unfair", SampleEvents.Unfair("unfair", Now), Now);
        await using var page = await host.OpenAsync("alerts?pipeline=financial-news");

        var groups = page.Alert("Regions are treated differently (unfair)").GetByRole(AriaRole.Row);

        await Expect(groups.Filter(new() { HasText = "south" })).ToContainTextAsync("44–56 %");
        await Expect(groups.Filter(new() { HasText = "islands" })).ToContainTextAsync("insufficient data");
    }

    [Fact]
    public async Task A_resolved_alert_moves_to_the_resolved_alerts()
    {
        await host.AppendAsync(Topics.Alerts, "passing", SampleEvents.Surge("passing", Now), Now);
        await using var page = await host.OpenAsync("alerts?pipeline=financial-news");
        await Expect(page.Alert("Negative surge in Macro (passing)")).ToContainTextAsync("critical");

        await host.AppendAsync(Topics.Alerts, "passing", new AlertResolved
        {
            Id = "passing",
            Fingerprint = "passing",
            Kind = AlertKinds.LabelSurge,
            Series = new("financial-news", "sentiment", "topic=Macro"),
            ResolvedAt = Now.AddMinutes(7),
            Value = 0.31,
            Baseline = 0.3,
            Message = "Back to 31 %.",
        }, Now);

        await Expect(page.Alert("Negative surge in Macro (passing)")).ToContainTextAsync("after 7 min");
    }

    [Fact]
    public async Task A_closed_window_is_shown_with_shares_and_intervals()
    {
        await host.AppendAsync(Topics.Trends, "support-chat", SampleEvents.Window("support-chat", Now.AddMinutes(-3), 30, 50, 20), Now);
        await using var page = await host.OpenAsync("?pipeline=support-chat");
        await Expect(page.Page.GetByRole(AriaRole.Img, new() { NameRegex = new("negative 30 % \\(95 % interval 22–40 %\\)") }))
            .ToBeVisibleAsync();

        await host.AppendAsync(Topics.Trends, "support-chat", SampleEvents.Window("support-chat", Now.AddMinutes(-2), 50, 30, 20), Now);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "As table" }).ClickAsync();

        await Expect(page.Page.GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync("50 % 40–60 %");
    }

    [Fact]
    public async Task A_classified_text_is_shown_with_the_scores_of_every_head()
    {
        await using var page = await host.OpenAsync("try?pipeline=financial-news");

        await page.Page.GetByLabel("Text for financial-news").FillAsync("Bond yields climb to a ten-year high");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Classify" }).ClickAsync();

        var prediction = page.Page.GetByRole(AriaRole.Region, new() { Name = "Prediction" });
        await Expect(prediction).ToContainTextAsync("Bond yields climb to a ten-year high");
        await Expect(prediction.GetByRole(AriaRole.List, new() { Name = "Scores of sentiment" }).GetByRole(AriaRole.Listitem))
            .ToContainTextAsync((string[])["83 %", "8.5 %", "8.5 %"]);
        await Expect(prediction.GetByRole(AriaRole.List, new() { Name = "Scores of topic" }).GetByRole(AriaRole.Listitem))
            .ToHaveCountAsync(3);
        await Expect(prediction).ToContainTextAsync("ms round trip");
    }

    [Fact]
    public async Task An_explanation_tints_the_words_that_raise_and_lower_the_score()
    {
        await using var page = await host.OpenAsync("try?pipeline=financial-news");
        await page.Page.GetByLabel("Text for financial-news").FillAsync("Bond yields climb sharply");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Classify" }).ClickAsync();

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Explain sentiment" }).ClickAsync();

        await Expect(page.Page.Locator(".sb-why")).ToHaveTextAsync("Bond yields climb sharply");
        await Expect(page.Page.Locator(".sb-why .for")).ToHaveTextAsync("Bond");
        await Expect(page.Page.Locator(".sb-why .against")).ToHaveTextAsync("sharply");
        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "Prediction" })).ToContainTextAsync("from 0.5 to 2.5");
    }

    [Fact]
    public async Task Feedback_on_a_prediction_is_appended_to_the_log()
    {
        await using var page = await host.OpenAsync("?pipeline=financial-news");
        await PredictAsync("corrected", "Guidance cut is smaller than feared", "negative");

        await page.Row("Guidance cut is smaller").ClickAsync();
        var dialog = page.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Group, new() { Name = "Correct label for sentiment" })
            .GetByRole(AriaRole.Button, new() { Name = "positive" })
            .ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send corrected label" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("Thank you");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Row("Guidance cut is smaller")).ToContainTextAsync("corrected: positive");

        var feedback = Assert.Single(await FeedbackAsync("corrected"));
        Assert.Equal(("financial-news", "sentiment", "positive"), (feedback.Pipeline, feedback.Head, feedback.Label));
        Assert.Equal("Guidance cut is smaller than feared", feedback.Text);
    }

    [Fact]
    public async Task A_candidate_is_compared_with_its_champion_and_shown_with_its_gates()
    {
        await host.AppendAsync(Topics.Models, "default", new ModelTrained
        {
            Model = "default",
            Version = "default-v2",
            Parent = "default-v1",
            TrainedAt = Now,
            TrainingSeconds = 90,
            FeedbackCount = 200,
            ReplayCount = 800,
            Candidate = [SampleEvents.Report(0.85)],
            Champion = [SampleEvents.Report(0.8)],
            Accepted = true,
            Gates = ["passed: better on sentiment"],
        }, Now);
        await using var page = await host.OpenAsync("models");

        var card = page.Page.GetByRole(AriaRole.Article, new() { Name = "default-v2" });
        await Expect(card).ToContainTextAsync("▲ 0.050 against 0.800");
        await Expect(card).ToContainTextAsync("passed: better on sentiment");
        await card.GetByText("Metrics per class").ClickAsync();
        await Expect(card.GetByRole(AriaRole.Row).Filter(new() { HasText = "neutral" })).ToContainTextAsync("0.850");
    }

    [Fact]
    public async Task Model_health_shows_the_estimate_beside_labels_and_which_groups_lack_data()
    {
        await host.AppendAsync(Topics.Accuracy, "financial-news/sentiment/all", SampleEvents.Accuracy(SeriesKey.All, 9_600, Now), Now);
        await host.AppendAsync(
            Topics.Accuracy, "financial-news/sentiment/topic=Macro",
            SampleEvents.Accuracy("topic=Macro", 1_200, Now) with { Sample = null, Reference = null }, Now);
        await host.AppendAsync(Topics.Fairness, "financial-news/region", SampleEvents.Fairness("region/sentiment=negative", Now), Now);
        await using var page = await host.OpenAsync("models");

        var health = page.Page.GetByRole(AriaRole.Region, new() { Name = "Model health of financial-news" });
        var all = health.GetByRole(AriaRole.Row).Filter(new() { HasText = "All segments" });
        await Expect(all).ToContainTextAsync("82 % 79–85 %");
        await Expect(all).ToContainTextAsync("75 % 60–86 %, 40 labels");
        var macro = health.GetByRole(AriaRole.Row).Filter(new() { HasText = "Macro" });
        await Expect(macro).ToContainTextAsync("no labels");
        await Expect(macro).ToContainTextAsync("not yet");
        await Expect(health.GetByRole(AriaRole.Row).Filter(new() { HasText = "9 of 291, insufficient data" }).First)
            .ToContainTextAsync("islands");
        await Expect(health).ToContainTextAsync("Insufficient data never means that the groups are treated alike.");
    }

    [Fact]
    public async Task The_theme_follows_the_system_until_one_is_selected_and_is_remembered()
    {
        await using var page = await host.OpenAsync("", ColorScheme.Dark);
        var root = page.Page.Locator("html");
        await Expect(root).ToHaveAttributeAsync("data-theme", "dark");

        await page.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await Expect(root).ToHaveAttributeAsync("data-theme", "light");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Theme: system" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Theme: light" }).ClickAsync();
        await Expect(root).ToHaveAttributeAsync("data-theme", "dark");
        await page.Page.ReloadAsync();

        await Expect(root).ToHaveAttributeAsync("data-theme", "dark");
    }

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private Task PredictAsync(string id, string text, string sentiment) =>
        host.AppendAsync(Topics.Predictions, id, SampleEvents.Prediction(id, "financial-news", text, sentiment, Now), Now);

    private async Task<List<FeedbackReceived>> FeedbackAsync(string id)
    {
        var all = new List<FeedbackReceived>();
        await foreach (var record in host.Log.ReadToEndAsync(Topics.Feedback, null, TestContext.Current.CancellationToken))
            all.Add(Wire.Deserialize<FeedbackReceived>(record.Value));
        return [.. all.Where(feedback => feedback.Id == id)];
    }
}
