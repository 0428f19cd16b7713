using System.Text;
using Microsoft.Playwright;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;

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
    [InlineData("training", "Training runs")]
    [InlineData("try", "Try a text")]
    [InlineData("labelling", "Label texts")]
    [InlineData("dead-letters", "Dead letters")]
    [InlineData("silences", "Silences and messages")]
    [InlineData("alerts/none", "Alert")]
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
    public async Task Copies_of_a_headline_are_one_row_with_their_number()
    {
        await using var page = await host.OpenAsync("?pipeline=financial-news");

        foreach (var copy in Enumerable.Range(0, 40))
        {
            var prediction = SampleEvents.Prediction(
                $"copy-{copy}", "financial-news", $"Refinery fire halts output @wire{copy}", "negative", Now);
            await host.AppendAsync(
                Topics.Predictions, prediction.Id, prediction with { Story = SimHash.Format(SimHash.Of(prediction.Text!)) }, Now);
        }

        await Expect(page.Row("Refinery fire halts output")).ToHaveCountAsync(1);
        await Expect(page.Row("Refinery fire halts output")).ToContainTextAsync("40 copies");
    }

    [Fact]
    public async Task A_run_shows_what_it_does_before_its_first_step()
    {
        await host.AppendAsync(Topics.Models, "phases", new ModelTrained
        {
            Model = "phases",
            Version = "phases-v1",
            TrainedAt = Now,
            TrainingSeconds = 0,
            FeedbackCount = 0,
            ReplayCount = 0,
            Candidate = [],
            Accepted = true,
            Gates = [],
        }, Now);
        await host.AppendAsync(Topics.Models, "phases", new TrainingReported
        {
            Model = "phases",
            State = TrainingStates.Running,
            Detail = "100 new feedback records",
            Phase = "fitting the heads",
            OccurredAt = Now,
        }, Now);

        await using var page = await host.OpenAsync("training");

        await Expect(page.Page.GetByLabel("Run of phases in progress")).ToContainTextAsync("Now fitting the heads.");
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
    public async Task An_alert_is_acknowledged_and_silenced_on_its_page_and_the_feed_shows_both()
    {
        var alert = SampleEvents.Surge("news/taken@1", Now);
        await host.AppendAsync(Topics.Alerts, alert.Id, alert, Now);
        await using var page = await host.OpenAsync($"alerts/{Uri.EscapeDataString(alert.Id)}");
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(alert.Title);

        await page.Page.GetByLabel("Comment").FillAsync("I call the refinery");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge", Exact = true }).ClickAsync();
        await Expect(page.Page.GetByText("Acknowledged by anonymous")).ToContainTextAsync("I call the refinery");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Silence this series" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "End silence" })).ToBeVisibleAsync();

        await using var feed = await host.OpenAsync("alerts?pipeline=financial-news");
        await Expect(feed.Alert(alert.Title)).ToContainTextAsync("acknowledged by anonymous · silenced until");
    }

    [Theory]
    [InlineData(320)]
    [InlineData(390)]
    [InlineData(1_000)]
    public async Task The_pages_of_an_alert_and_of_silences_fit_the_width(int width)
    {
        var alert = SampleEvents.Unfair($"label-surge:news:sentiment:topic=Energy and a long name without a break@{width}", Now);
        await host.AppendAsync(Topics.Alerts, alert.Id, alert, Now);
        (string Path, string Section)[] pages =
            [($"alerts/{Uri.EscapeDataString(alert.Id)}", "Who takes care"), ("silences", "New silence")];
        foreach (var (path, section) in pages)
        {
            await using var page = await host.OpenAsync(path);
            await page.Page.SetViewportSizeAsync(width, 800);
            await Expect(page.Page.GetByText(section)).ToBeVisibleAsync();

            Assert.InRange(await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 0, width);
        }
    }

    [Fact]
    public async Task The_form_of_a_silence_shows_the_alerts_that_it_mutes()
    {
        var alert = SampleEvents.Surge("muted", Now) with { Series = new("financial-news", "sentiment", "topic=Shipping") };
        await host.AppendAsync(Topics.Alerts, alert.Id, alert, Now);
        await using var page = await host.OpenAsync("silences");

        await page.Page.GetByLabel("Matchers").FillAsync("topic=Ship");
        await Expect(page.Page.GetByText("No alert that fires now matches.")).ToBeVisibleAsync();
        await page.Page.GetByLabel("Matchers").FillAsync("topic=~Ship.*");
        await Expect(page.Page.GetByRole(AriaRole.Link, new() { Name = alert.Title })).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Silence", Exact = true }).ClickAsync();

        var end = page.Page.GetByRole(AriaRole.Button, new() { Name = "End the silence of topic=~Ship.*" });
        await end.ClickAsync();
        await Expect(end).ToHaveCountAsync(0);
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

        var alert = page.Alert("More negative texts in Macro (surge)");
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
        await Expect(page.Alert("More negative texts in Macro (passing)")).ToContainTextAsync("critical");

        await host.AppendAsync(Topics.Alerts, "passing", SampleEvents.Resolution(SampleEvents.Surge("passing", Now)), Now);

        await Expect(page.Alert("More negative texts in Macro (passing)")).ToContainTextAsync("after 7 min");
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
    public async Task The_charts_follow_the_label_rules_in_effect_and_show_shares_or_counts()
    {
        await host.AppendAsync(Topics.Predictions, "line", SampleEvents.Prediction("line", "logs", "disk is full", "negative", Now), Now);
        await host.AppendAsync(Topics.Trends, "logs", SampleEvents.LogWindow(Now.AddMinutes(-3), 4), Now);
        await host.AppendAsync(Topics.Trends, "logs", SampleEvents.LogWindow(Now.AddMinutes(-2), 37), Now);
        await host.AppendAsync(Topics.Alerts, "many", SampleEvents.Surge("many", Now.AddMinutes(-1)) with
        {
            Series = new("logs", "event", SeriesKey.All),
            Label = "anomaly",
            Unit = "stories per window",
        }, Now);
        await host.AppendAsync(Topics.Rules, "logs", new RulesChanged
        {
            Pipeline = "logs",
            Rules = new()
            {
                Labels =
                [
                    new() { Head = "severity", Label = "error" },
                    new() { Head = "event", Label = "anomaly", Measure = LabelMeasure.Count },
                ],
            },
            EffectiveFrom = Now.AddDays(-1),
            ChangedAt = Now,
        }, Now);
        await using var page = await host.OpenAsync("?pipeline=logs");

        var label = page.Page.GetByLabel("Label", new() { Exact = true });
        await Expect(label.GetByRole(AriaRole.Option)).ToHaveTextAsync((string[])["severity: error", "event: anomaly (count)"]);
        await label.SelectOptionAsync("event: anomaly (count)");

        await Expect(page.Page.GetByRole(AriaRole.Img, new() { NameRegex = new("^Counts from .*, 2 points. Latest: anomaly 37$") }))
            .ToBeVisibleAsync();
        await Expect(page.Page.Locator(".sb-grid")).ToHaveTextAsync((string[])["0", "10", "20", "30", "40"]);
        await Expect(page.Page.Locator(".sb-span")).ToHaveTextAsync("Label surge");
        await Expect(page.Page.GetByText("1 label not drawn")).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "As table" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Row).Nth(1).GetByRole(AriaRole.Cell))
            .ToHaveTextAsync((string[])["1,037", "290", "37", "6 2.00–12.0"]);
    }

    [Fact]
    public async Task Resolved_alerts_are_filtered_by_kind_and_paged_through_to_the_first()
    {
        for (var number = 0; number < 120; number++)
        {
            var alert = SampleEvents.Surge($"old-{number}", Now.AddHours(-number - 1)) with
            {
                Kind = number % 2 == 0 ? AlertKinds.VolumeSurge : AlertKinds.LabelSurge,
                Series = new("logs", "event", SeriesKey.All),
            };
            await host.AppendAsync(Topics.Alerts, alert.Fingerprint, alert, Now);
            await host.AppendAsync(Topics.Alerts, alert.Fingerprint, SampleEvents.Resolution(alert), Now);
        }
        await using var page = await host.OpenAsync("alerts?pipeline=logs");
        var resolved = page.Page.GetByRole(AriaRole.Region, new() { Name = "Resolved" }).GetByRole(AriaRole.Article);

        await page.Page.GetByLabel("Kind").SelectOptionAsync(AlertKinds.VolumeSurge);
        await Expect(resolved).ToHaveCountAsync(50);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show more" }).ClickAsync();

        await Expect(resolved).ToHaveCountAsync(60);
        await Expect(resolved.Last).ToContainTextAsync("(old-118)");
        await Expect(page.Page.GetByText("60 resolved alerts. There are no older ones.")).ToBeVisibleAsync();
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Show more" })).ToHaveCountAsync(0);
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
    public async Task A_correction_is_undone_with_the_keyboard_in_the_dialog_and_can_be_sent_again()
    {
        await using var page = await host.OpenAsync("?pipeline=financial-news");
        await PredictAsync("undone", "Bank lifts its outlook twice", "negative");
        await page.Row("Bank lifts its outlook").ClickAsync();
        var dialog = page.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "positive" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send corrected label" }).ClickAsync();

        var undo = dialog.GetByRole(AriaRole.Button, new() { Name = "Undo: withdraw positive" });
        await undo.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(dialog).ToContainTextAsync("Withdrew positive.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "neutral" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send corrected label" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Undo: withdraw neutral" })).ToBeVisibleAsync();

        Assert.Equal(["positive", "neutral"], (await FeedbackAsync("undone")).Select(static feedback => feedback.Label));
        Assert.Equal([("anonymous", "sentiment")], await WithdrawalsAsync("undone"));
    }

    [Fact]
    public async Task The_random_sample_is_labelled_with_the_keyboard_only_without_the_predicted_labels()
    {
        await OfferAsync("first");
        await OfferAsync("second");
        await using var page = await host.OpenAsync("labelling?pipeline=financial-news");
        var (text, keyboard) = (page.Page.Locator(".sb-quote"), page.Page.Keyboard);
        await page.Page.GetByLabel("Your name").FillAsync("anna");
        await keyboard.PressAsync("Tab");
        await page.Page.WaitForFunctionAsync("localStorage.getItem('streambert-annotator') === 'anna'");
        await page.Page.ReloadAsync(); // the browser remembers the name

        await Expect(text).ToHaveTextAsync("text of the second");
        await PressAsync(page.Page, "3");
        await Expect(text).ToHaveTextAsync("text of the first");
        await Expect(page.Page.GetByText("Saved positive.")).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("Today: 1 label.")).ToBeVisibleAsync();
        await PressAsync(page.Page, "s");
        await Expect(page.Page.GetByText("Batch finished: 1 labelled, 1 skipped")).ToBeVisibleAsync();
        await keyboard.PressAsync("u");
        await Expect(text).ToHaveTextAsync("text of the first");
        await keyboard.PressAsync("u");
        await Expect(text).ToHaveTextAsync("text of the second");
        await Expect(page.Page.GetByText("Withdrew positive.")).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("Today: 0 labels.")).ToBeVisibleAsync();
        Assert.Equal(("anna", "sentiment"), Assert.Single(await WithdrawalsAsync("second")));
        await PressAsync(page.Page, "1");
        await Expect(text).ToHaveTextAsync("text of the first");

        Assert.Equal(
            [("anna", "financial-news", "sentiment", "positive"), ("anna", "financial-news", "sentiment", "negative")],
            (await FeedbackAsync("second")).Select(static given => (given.Annotator, given.Pipeline, given.Head, given.Label)));
    }

    [Fact]
    public async Task What_is_pressed_before_the_next_text_is_shown_is_reported_and_never_applied_to_it()
    {
        const string Press = "document.dispatchEvent(new KeyboardEvent('keydown', { key: '1' }));";
        foreach (var id in (string[])["quick-1", "quick-2", "quick-3"])
            await OfferAsync(id, "answers");
        await using var page = await host.OpenAsync("labelling?pipeline=answers");
        var (text, ignored) = (page.Page.Locator(".sb-quote"), page.Page.GetByText("Ignored what you pressed"));
        await Expect(text).ToHaveTextAsync("text of the quick-3");
        await AcceptsKeysAsync(page.Page);

        await page.Page.EvaluateAsync($"() => {{ {Press} {Press} }}"); // the second one comes while the label is being saved
        await Expect(text).ToHaveTextAsync("text of the quick-2");
        await Expect(ignored).ToBeVisibleAsync();
        await AcceptsKeysAsync(page.Page);
        await page.Page.EvaluateAsync(
            $"() => {{ new MutationObserver((_, self) => {{ self.disconnect(); {Press} }}).observe("
            + $"document.querySelector('[data-shown]'), {{ attributes: true, attributeFilter: ['data-shown'] }}); {Press} }}");

        await Expect(text).ToHaveTextAsync("text of the quick-1"); // pressed in the moment in which this text appeared
        await Expect(ignored).ToBeVisibleAsync();
        await AcceptsKeysAsync(page.Page);
        Assert.Equal((1, 1, 0), ((await FeedbackAsync("quick-3")).Count, (await FeedbackAsync("quick-2")).Count,
            (await FeedbackAsync("quick-1")).Count));
    }

    [Fact]
    public async Task Undo_that_is_pressed_while_a_label_is_being_saved_withdraws_it()
    {
        await OfferAsync("regretted", "answers");
        await using var page = await host.OpenAsync("labelling?pipeline=answers");
        await Expect(page.Page.Locator(".sb-quote")).ToHaveTextAsync("text of the regretted");
        await PressAsync(page.Page, "u");
        await Expect(page.Page.GetByText("There is nothing to undo.")).ToBeVisibleAsync();

        await page.Page.EvaluateAsync(
            "() => { for (const key of ['1', 'u']) document.dispatchEvent(new KeyboardEvent('keydown', { key })); }");

        await Expect(page.Page.GetByText("Withdrew negative.")).ToBeVisibleAsync();
        await Expect(page.Page.Locator(".sb-quote")).ToHaveTextAsync("text of the regretted");
        Assert.Single(await WithdrawalsAsync("regretted"));
    }

    [Fact]
    public async Task Undo_reaches_the_batch_before_and_is_a_shortcut_that_can_be_switched_off()
    {
        await OfferAsync("third", "reviews");
        await using var page = await host.OpenAsync("labelling?pipeline=reviews");
        var (text, keyboard) = (page.Page.Locator(".sb-quote"), page.Page.Keyboard);
        await Expect(text).ToHaveTextAsync("text of the third");
        await PressAsync(page.Page, "1");
        await Expect(page.Page.GetByText("Saved negative.")).ToBeVisibleAsync();
        await keyboard.PressAsync("n");
        await Expect(page.Page.GetByText("No text is waiting for a label")).ToBeVisibleAsync();

        await page.Page.GetByLabel("Keyboard shortcuts").UncheckAsync();
        await page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).ClickAsync();
        await keyboard.PressAsync("u");
        Assert.Empty(await WithdrawalsAsync("third"));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await Expect(text).ToHaveTextAsync("text of the third");
        Assert.Single(await WithdrawalsAsync("third"));
        await page.Page.ReloadAsync();
        await Expect(text).ToHaveTextAsync("text of the third"); // it is offered again
    }

    [Fact]
    public async Task The_rows_of_an_uploaded_file_are_stored_or_refused_one_by_one_with_the_reason()
    {
        await PredictAsync("known", "Profit rises", "negative", "reviews");
        await using var page = await host.OpenAsync("labelling?pipeline=reviews");
        await page.Page.GetByText("Upload labels from a CSV file").ClickAsync();
        const string Csv = """
            id,text,label
            known,,positive
            ,Sales fall in spring,negative
            known,,splendid
            unknown,,positive
            ,,positive
            known,,
            known,positive
            """;

        await page.Page.GetByLabel("CSV file with labels").SetInputFilesAsync(
            new FilePayload { Name = "labels.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(Csv) });

        await Expect(page.Page.GetByText("2 labels stored, 5 rows refused.")).ToBeVisibleAsync();
        string[] reasons = ["4label: the head 'sentiment' has no label 'splendid'", "5id: no prediction 'unknown'", "6'id' and 'text' are"];
        foreach (var reason in reasons)
            await Expect(page.Page.Locator("tbody tr").Filter(new() { HasText = reason })).ToHaveCountAsync(1);
        await Expect(page.Page.Locator("tbody tr").Filter(new() { HasText = "has 2 fields, but the header has 3" })).ToHaveCountAsync(1);
        Assert.Equal("positive", Assert.Single(await FeedbackAsync("known")).Label);
        var given = Assert.Single(await ReadFeedbackAsync<FeedbackReceived>(), static label => label.Text == "Sales fall in spring");
        Assert.Equal((FeedbackTextId.Of("Sales fall in spring"), "reviews", "sentiment"), (given.Id, given.Pipeline, given.Head));
    }

    [Fact]
    public async Task Shortcuts_of_the_labelling_page_can_be_switched_off()
    {
        await OfferAsync("kept", "support-chat");
        await using var page = await host.OpenAsync("labelling?pipeline=support-chat");
        await Expect(page.Page.Locator(".sb-quote")).ToBeVisibleAsync();
        var shown = await page.Page.Locator(".sb-quote").TextContentAsync();

        await page.Page.GetByLabel("Keyboard shortcuts").UncheckAsync();
        await page.Page.Locator("#label-title").ClickAsync();
        await page.Page.Keyboard.PressAsync("s");
        await page.Page.ReloadAsync();
        await Expect(page.Page.GetByLabel("Keyboard shortcuts")).Not.ToBeCheckedAsync();
        await page.Page.Keyboard.PressAsync("s");

        await Expect(page.Page.Locator(".sb-quote")).ToHaveTextAsync(shown!);
    }

    [Fact]
    public async Task A_candidate_is_compared_with_its_champion_and_shown_with_its_gates()
    {
        await host.AppendAsync(Topics.Models, "default", SampleEvents.Trained(Now), Now);
        await using var page = await host.OpenAsync("models");

        var card = page.Page.GetByRole(AriaRole.Article, new() { Name = "default-v2" });
        await Expect(card).ToContainTextAsync("▲ 0.050 against 0.800");
        await Expect(card).ToContainTextAsync("passed: better on sentiment");
        await card.GetByText("Metrics per class").ClickAsync();
        await Expect(card.GetByRole(AriaRole.Row).Filter(new() { HasText = "neutral" })).ToContainTextAsync("0.850");
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

    /// <summary>Presses a key once the text has been visible for as long as a person needs to react to it.</summary>
    private static async Task PressAsync(IPage page, string key)
    {
        await AcceptsKeysAsync(page);
        await page.Keyboard.PressAsync(key);
    }

    private static Task AcceptsKeysAsync(IPage page) => Expect(page.Locator("[data-shown][data-accepts-keys]")).ToBeVisibleAsync();

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    private async Task OfferAsync(string id, string pipeline = "financial-news")
    {
        await PredictAsync(id, $"text of the {id}", "negative", pipeline);
        RecordPosition? position = null;
        await foreach (var record in host.Log.ReadToEndAsync(Topics.Predictions, null, TestContext.Current.CancellationToken))
        {
            if (Wire.Deserialize<TextClassified>(record.Value).Id == id)
                position = record.Position;
        }
        LabellingOffered offer = new() { Id = id, Pipeline = pipeline, OccurredAt = Now, Prediction = position! };
        await host.AppendAsync(Topics.LabellingSample, id, offer, Now);
    }

    private Task PredictAsync(string id, string text, string sentiment, string pipeline = "financial-news") =>
        host.AppendAsync(Topics.Predictions, id, SampleEvents.Prediction(id, pipeline, text, sentiment, Now), Now);

    private async Task<List<FeedbackReceived>> FeedbackAsync(string id)
    {
        var all = await ReadFeedbackAsync<FeedbackReceived>();
        return [.. all.Where(feedback => feedback.Id == id)];
    }

    private async Task<List<(string Annotator, string Head)>> WithdrawalsAsync(string id) =>
    [
        .. (await ReadFeedbackAsync<FeedbackWithdrawn>()).Where(withdrawal => withdrawal.Id == id)
            .Select(static withdrawal => (withdrawal.Annotator, withdrawal.Head)),
    ];

    private async Task<List<T>> ReadFeedbackAsync<T>()
    {
        List<T> all = [];
        await foreach (var record in host.Log.ReadToEndAsync(Topics.Feedback, null, TestContext.Current.CancellationToken))
        {
            if (EventRecord.Is<T>(record))
                all.Add(Wire.Deserialize<T>(record.Value));
        }
        return all;
    }
}
