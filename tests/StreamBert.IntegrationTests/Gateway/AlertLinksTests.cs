using System.Net;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Gateway.Dashboard;
using StreamBert.Streaming.Alerts;
using StreamBert.Streaming.Events;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>Whoever has a signed link acts without signing in, after a confirmation; no other link acts.</summary>
public sealed class AlertLinksTests : IAsyncLifetime
{
    private const string Id = "news/oil@1";
    private const string Secret = "0123456789abcdef0123456789abcdef";
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync(Keys.NoRedis, [.. Keys.Settings(), ("AlertLinks:Secret", Secret)]);
        await _gateway.Log.AppendAsync(
            [EventRecord.Create(Topics.Alerts, Id, SampleEvents.Surge(Id, DateTimeOffset.UnixEpoch), DateTimeOffset.UnixEpoch)],
            Cancellation);
    }

    public async ValueTask DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task Opening_a_link_asks_and_changes_nothing()
    {
        using var page = await _gateway.Client.GetAsync(Sign(AlertLinks.AcknowledgeAction), Cancellation);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("<button", await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Empty(await ActionsAsync());
    }

    [Fact]
    public async Task Confirming_it_acknowledges_or_silences_the_alert()
    {
        using var taken = await _gateway.Client.PostAsync(Sign(AlertLinks.AcknowledgeAction), null, Cancellation);
        using var muted = await _gateway.Client.PostAsync(Sign(AlertLinks.SilenceAction), null, Cancellation);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (taken.StatusCode, muted.StatusCode));
        Assert.Equal([nameof(AlertAcknowledged), nameof(SilenceCreated)], await ActionsAsync());
    }

    [Theory]
    [InlineData(AlertLinks.AcknowledgeAction, AlertLinks.SilenceAction)]
    [InlineData("news%2Foil%401", "news%2Fgas%401")]
    [InlineData("expires=", "expires=9")]
    [InlineData("signature=", "signature=0")]
    public async Task A_changed_link_is_refused(string part, string changed)
    {
        var link = Sign(AlertLinks.AcknowledgeAction).ToString().Replace(part, changed, StringComparison.Ordinal);

        using var asked = await _gateway.Client.GetAsync(link, Cancellation);
        using var confirmed = await _gateway.Client.PostAsync(link, null, Cancellation);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (asked.StatusCode, confirmed.StatusCode));
        Assert.Empty(await ActionsAsync());
    }

    [Fact]
    public async Task An_expired_link_is_refused_and_says_what_to_do()
    {
        using var page = await _gateway.Client.PostAsync(
            Sign(AlertLinks.SilenceAction, new FakeTimeProvider(DateTimeOffset.UnixEpoch)), null, Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        Assert.Contains("Open the alert on the dashboard", await page.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Empty(await ActionsAsync());
    }

    private Uri Sign(string action, TimeProvider? time = null) => new AlertLinks(
        Options.Create(new AlertLinkOptions { DashboardUrl = _gateway.Client.BaseAddress, Secret = Secret }),
        time ?? TimeProvider.System).To(action, Id)!;

    private async Task<List<string?>> ActionsAsync() => await _gateway.Log.ReadToEndAsync(Topics.AlertActions, null, Cancellation)
        .Select(static record => EventRecord.TypeOf(record)).ToListAsync(Cancellation);
}
