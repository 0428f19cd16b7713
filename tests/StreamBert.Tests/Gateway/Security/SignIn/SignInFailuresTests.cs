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
    public async Task Many_wrong_keys_write_one_counting_entry_in_ten_seconds()
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
    public async Task Unrecorded_failures_are_added_to_the_next_entry_and_a_disconnect_does_not_prevent_it()
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
