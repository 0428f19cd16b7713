using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using StreamBert.Monitoring;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>Monitoring rules are changed at run time: validated, effective from a window on, audited.</summary>
public sealed class RulesApiTests : IAsyncLifetime
{
    private const string Route = "/v1/rules/financial-news";
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHost.StartAsync(Keys.NoRedis);

    public async ValueTask DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task Rules_apply_from_their_time_on_until_the_next_change_and_are_audited()
    {
        using var changed = await PutAsync(
            $"{Route}?effectiveFrom=2026-03-02T10:00:00Z", """{ "budget": { "falseAlarms": 2 }, "segments": ["head:topic"] }""");
        Assert.Equal(HttpStatusCode.Accepted, changed.StatusCode);
        using var deleted = await _gateway.Client.DeleteAsync($"{Route}?effectiveFrom=2026-03-02T12:00:00Z", Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);

        Assert.Equal(1, await FalseAlarmsAtAsync("2026-03-02T09:59:00Z"));
        Assert.Equal(2, await FalseAlarmsAtAsync("2026-03-02T10:00:00Z"));
        Assert.Equal(1, await FalseAlarmsAtAsync("2026-03-02T12:00:00Z"));
        var audit = (await _gateway.GetAsync("/v1/audit?action=rules-changed")).GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal(2, audit.Count);
        Assert.All(audit, static entry => Assert.Equal("financial-news", entry.GetProperty("target").GetString()));
    }

    [Fact]
    public async Task The_default_label_rule_is_shown_where_the_rules_state_none()
    {
        var view = await _gateway.GetAsync(Route);

        Assert.Empty(view.GetProperty("rules").GetProperty("labels").EnumerateArray());
        var rule = Assert.Single(view.GetProperty("labelRules").EnumerateArray());
        Assert.Equal(("sentiment", "negative"), (rule.GetProperty("head").GetString(), rule.GetProperty("label").GetString()));
    }

    [Theory]
    [InlineData("""{ "budgets": {} }""", "budgets")]
    [InlineData("""{ "labels": [{ "head": "mood" }] }""", "mood")]
    [InlineData("""{ "labels": [{ "minimumLift": 5 }] }""", "inimumLift")]
    [InlineData("""{ "timeZone": "Mars/Base" }""", "Mars/Base")]
    [InlineData("""{ "labels": """, "line 1")]
    [InlineData("[]", "object")]
    public async Task Invalid_rules_change_nothing_and_the_problem_names_the_fault(string rules, string fault)
    {
        using var answer = await PutAsync(Route, rules);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(fault, await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Empty((await _gateway.GetAsync(Route)).GetProperty("changes").EnumerateArray());
    }

    [Fact]
    public async Task An_unknown_pipeline_is_not_found()
    {
        using var answer = await PutAsync("/v1/rules/nobody", "{}");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("financial-news, support-chat", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_compares_rules_without_changing_them()
    {
        await using var gateway = await GatewayHost.StartAsync(Keys.NoRedis, static builder => builder.AddMonitoring());

        using var answer = await gateway.PostAsync($"{Route}/preview", new { disabled = new[] { "volume-surge" } });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var preview = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(0, preview.GetProperty("inEffect").GetProperty("total").GetInt32());
        Assert.Equal(0, preview.GetProperty("proposed").GetProperty("total").GetInt32());
        Assert.Empty((await gateway.GetAsync(Route)).GetProperty("changes").EnumerateArray());
    }

    [Fact]
    public async Task Without_a_monitor_a_preview_ends_with_a_problem_that_names_another_way()
    {
        await using var gateway = await GatewayHost.StartAsync(Keys.NoRedis, ("Gateway:RulesPreviewDeadline", "00:00:01"));

        using var answer = await gateway.PostAsync($"{Route}/preview", new { });

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Contains("streambert backtest", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalid_rules_are_not_previewed()
    {
        using var answer = await _gateway.PostAsync($"{Route}/preview", new { budgets = new { } });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private async Task<HttpResponseMessage> PutAsync(string route, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        return await _gateway.Client.PutAsync(new Uri(route, UriKind.Relative), body, Cancellation);
    }

    private async Task<int> FalseAlarmsAtAsync(string at) =>
        (await _gateway.GetAsync($"{Route}?at={at}")).GetProperty("rules").GetProperty("budget").GetProperty("falseAlarms").GetInt32();
}
