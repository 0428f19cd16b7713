using System.Text;
using Microsoft.Playwright;
using StreamBert.Contracts;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;

namespace StreamBert.IntegrationTests.Gateway.Dashboard;

/// <summary>Tests the pages about sources, pipelines and rules, the audit log and the settings.</summary>
public sealed class SystemPagesTests(DashboardHost host) : IClassFixture<DashboardHost>
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_of_sources_shows_what_arrived_and_what_is_not_processed_yet()
    {
        await host.Log.AppendAsync(
            [.. Enumerable.Range(0, 3).Select(static text => Text($"{{\"text\":\"text {text}\"}}"))], Cancellation);
        await host.AppendAsync(Topics.EventTime, "quiet", EventTime(), Now);
        await using var page = await host.OpenAsync("sources");

        var quiet = page.Page.GetByRole(AriaRole.Article, new() { Name = "quiet" });
        var topic = quiet.GetByRole(AriaRole.Row).Filter(new() { HasText = "texts.quiet" });
        await Expect(topic.GetByRole(AriaRole.Cell).Nth(5)).ToHaveTextAsync("3");
        await Expect(topic).ToContainTextAsync("per s");
        await Expect(quiet).ToContainTextAsync("1,200 texts counted, 4 late, 1 too late for their window");
        await Expect(quiet).ToContainTextAsync("the clock of feed-7 is ahead");
        await Expect(quiet).ToContainTextAsync("none open");
        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "Consumer lag" }).GetByRole(AriaRole.Row)
            .Filter(new() { HasText = "texts.quiet" })).ToContainTextAsync("3 records");
    }

    [Fact]
    public async Task Rules_are_checked_confirmed_changed_and_listed_in_the_history()
    {
        await using var page = await host.OpenAsync("pipelines?pipeline=answers");
        var rules = page.Page.GetByRole(AriaRole.Region, new() { Name = "Rules of answers" });
        await Expect(rules).ToContainTextAsync("as configured");
        await rules.GetByText("Change the rules").ClickAsync();
        var json = rules.GetByLabel("Rules as JSON");

        await json.FillAsync("{\n  \"disabledd\": []\n}");
        await rules.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
        await Expect(rules.GetByRole(AriaRole.Alert)).ToContainTextAsync("line 2: disabledd");

        await json.FillAsync("""{ "disabled": ["volume-surge"] }""");
        await rules.GetByRole(AriaRole.Button, new() { Name = "Check" }).ClickAsync();
        await Expect(rules.GetByRole(AriaRole.Status)).ToHaveTextAsync("The rules are valid and change 1 value.");
        await rules.GetByRole(AriaRole.Button, new() { Name = "Apply…" }).ClickAsync();
        var dialog = page.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("disabled: none → volume-surge");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();

        await Expect(rules.GetByRole(AriaRole.Status)).ToContainTextAsync("Changed. The rules apply to windows that start at");
        await Expect(rules.GetByRole(AriaRole.Row).Filter(new() { HasText = "disabled" })).ToContainTextAsync("volume-surge");
        var history = page.Page.GetByRole(AriaRole.Region, new() { Name = "History" });
        await Expect(history.GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync("anonymous");
        await Expect(history).ToContainTextAsync("disabled: none → volume-surge");

        await rules.GetByRole(AriaRole.Button, new() { Name = "Return to the configuration…" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();

        await Expect(history.GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync("back to the configuration");
    }

    [Fact]
    public async Task The_rules_of_another_pipeline_are_shown_when_it_is_chosen()
    {
        await using var page = await host.OpenAsync("pipelines?pipeline=quiet");

        await page.Page.GetByRole(AriaRole.Region, new() { Name = "Pipelines" })
            .GetByRole(AriaRole.Button, new() { Name = "financial-news" }).ClickAsync();

        var rules = page.Page.GetByRole(AriaRole.Region, new() { Name = "Rules of financial-news" });
        await Expect(rules.GetByRole(AriaRole.Row).Filter(new() { HasText = "segments" })).ToContainTextAsync("head:topic");
    }

    [Fact]
    public async Task The_audit_log_is_filtered_by_actor_and_action_and_paged_through()
    {
        await host.Log.AppendAsync(
            [
                .. Enumerable.Range(0, 60).Select(static entry => Audit("user:anna", AuditActions.ModelPinned, $"model-{entry}")),
                Audit("key:robot", AuditActions.ModelPinned, "model-of-robot"),
            ],
            Cancellation);
        await using var page = await host.OpenAsync("audit");
        var entries = page.Page.GetByRole(AriaRole.Region, new() { Name = "Entries" });
        await Expect(entries.GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync("model-of-robot");

        await page.Page.GetByLabel("Actor").FillAsync("anna");
        await page.Page.GetByLabel("Action").SelectOptionAsync("Model pinned");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();

        await Expect(entries.GetByRole(AriaRole.Status)).ToHaveTextAsync("50 entries, and older ones");
        await Expect(entries.GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync("model-59");
        await entries.GetByRole(AriaRole.Button, new() { Name = "Show older" }).ClickAsync();
        await Expect(entries.GetByRole(AriaRole.Status)).ToHaveTextAsync("60 entries");
        await Expect(entries.GetByRole(AriaRole.Row).Last).ToContainTextAsync("model-0");
    }

    [Fact]
    public async Task The_settings_show_values_and_where_they_are_set()
    {
        await using var page = await host.OpenAsync("settings");

        var gateway = page.Page.GetByRole(AriaRole.Region, new() { Name = "Gateway" });
        await Expect(gateway.GetByRole(AriaRole.Row).Filter(new() { HasText = "Gateway:Urls" })).ToContainTextAsync("http://127.0.0.1:0");
        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "API keys" })).ToContainTextAsync("streambert keys new");
    }

    [Theory]
    [InlineData("accuracy")]
    [InlineData("fairness")]
    [InlineData("drift")]
    [InlineData("sources")]
    [InlineData("pipelines")]
    [InlineData("audit")]
    [InlineData("settings")]
    public async Task A_page_fits_a_small_phone(string path)
    {
        await using var page = await host.OpenAsync($"{path}?pipeline=financial-news");
        await page.Page.SetViewportSizeAsync(320, 640);
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();

        Assert.True(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }

    private static NewRecord Text(string json) => new("texts.quiet", null, Encoding.UTF8.GetBytes(json), Now);

    private static NewRecord Audit(string actor, string action, string target) =>
        AuditTrail.Record(new() { At = Now, Actor = actor, Action = action, Target = target });

    private static EventTimeUpdated EventTime() => new()
    {
        Pipeline = "quiet",
        Watermark = Now,
        Texts = 1_200,
        Late = 4,
        TooLate = 1,
        AllowedLateness = TimeSpan.FromSeconds(10),
        ClockSkew = new Dictionary<string, long> { ["feed-7"] = 2 },
    };

    private static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);
}
