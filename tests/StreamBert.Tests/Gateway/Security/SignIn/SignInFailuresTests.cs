using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Gateway;
using StreamBert.Gateway.Security.Authentication;
using StreamBert.Gateway.Security.SignIn;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;

namespace StreamBert.Tests.Gateway.Security.SignIn;

public sealed class SignInFailuresTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"streambert-sign-ins-{Guid.NewGuid():N}");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_flood_of_wrong_keys_makes_one_entry_in_ten_seconds_that_counts_those_before_it()
    {
        var time = new FakeTimeProvider();
        await using var log = EmbeddedEventLog.Open(new() { Directory = _directory }, time, NullLogger<EmbeddedEventLog>.Instance);
        await log.CreateTopicsAsync([new(Topics.Audit, 1)], Cancellation);
        var failed = new SignInFailures(log, new GatewayMetrics(), time, NullLogger<SignInFailures>.Instance);
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse("192.0.2.7") } };

        for (var attempt = 0; attempt < 1_000; attempt++) await failed.RecordAsync(context, AuthenticationSchemeNames.Key);
        time.Advance(SignInFailures.Interval);
        await failed.RecordAsync(context, AuthenticationSchemeNames.Token);

        var entries = await log.ReadToEndAsync(Topics.Audit, null, Cancellation)
            .Select(static record => Wire.Deserialize<AuditEntry>(record.Value))
            .ToListAsync(Cancellation);
        Assert.Equal(
            [("1", "key"), ("1000", "token")],
            entries.Select(static entry => (entry.Details["failures"], entry.Details["scheme"])));
        Assert.All(entries, static entry => Assert.Equal(("anonymous", "192.0.2.7"), (entry.Actor, entry.Target)));
    }

    [Fact]
    public async Task What_the_log_does_not_take_counts_with_the_next_and_hanging_up_keeps_nobody_out_of_it()
    {
        var time = new FakeTimeProvider();
        await using var log = EmbeddedEventLog.Open(new() { Directory = _directory }, time, NullLogger<EmbeddedEventLog>.Instance);
        var failed = new SignInFailures(log, new GatewayMetrics(), time, NullLogger<SignInFailures>.Instance);
        var goneAway = new DefaultHttpContext { RequestAborted = new(canceled: true) };

        await failed.RecordAsync(goneAway, AuthenticationSchemeNames.Key); // there is no such topic yet
        await log.CreateTopicsAsync([new(Topics.Audit, 1)], Cancellation);
        time.Advance(SignInFailures.Interval);
        await failed.RecordAsync(goneAway, AuthenticationSchemeNames.Key);

        var entry = Wire.Deserialize<AuditEntry>(
            (await log.ReadToEndAsync(Topics.Audit, null, Cancellation).SingleAsync(Cancellation)).Value);
        Assert.Equal("2", entry.Details["failures"]);
    }
}
