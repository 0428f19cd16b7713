using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Queries;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.Tests.Abuse;

/// <summary>
/// Tests a state store that sends invalid, truncated, late or huge responses: every call returns or fails with a reason within its timeout,
/// and calls succeed again when the store recovers.
/// </summary>
[Collection(nameof(AllocationTests))]
public sealed class HostileRedisTests
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan RecoveryTimeout = TimeSpan.FromSeconds(20);
    private const long MaxAllocatedBytes = 256L * 1024 * 1024;

    /// <summary>The attacks: name → response to every data command.</summary>
    private static readonly Dictionary<string, Func<string[], byte[]?>> Attacks = new()
    {
        ["a bulk string that ends early"] = static _ => "$100\r\nabc"u8.ToArray(),
        ["a bulk string of 2 GB announced"] = static _ => "$2147483647\r\nabc"u8.ToArray(),
        ["a length beyond a number"] = static _ => "$99999999999999999999999\r\n"u8.ToArray(),
        ["a negative length"] = static _ => "$-5\r\n"u8.ToArray(),
        ["an array of 100 million announced"] = static _ => "*100000000\r\n"u8.ToArray(),
        ["an array of a negative length"] = static _ => "*-7\r\n"u8.ToArray(),
        ["ten thousand arrays in each other"] = static _ => Encoding.ASCII
            .GetBytes(string.Concat(Enumerable.Repeat("*1\r\n", 10_000)) + "$-1\r\n"),
        ["a number"] = static _ => ":5\r\n"u8.ToArray(),
        ["a number that is none"] = static _ => ":five\r\n"u8.ToArray(),
        ["OK to everything"] = static _ => "+OK\r\n"u8.ToArray(),
        ["a text to everything"] = static _ => "$5\r\nhello\r\n"u8.ToArray(),
        ["an array of mixed types"] = static _ => "*3\r\n:1\r\n$1\r\nx\r\n*0\r\n"u8.ToArray(),
        ["an array of an odd length"] = static _ => "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"u8.ToArray(),
        ["JSON of another kind"] = static _ => "*2\r\n$3\r\n{}\n\r\n$4\r\nnull\r\n"u8.ToArray(),
        ["an error"] = static _ => "-ERR no\r\n"u8.ToArray(),
        ["OOM"] = static _ => "-OOM command not allowed when used memory > 'maxmemory'.\r\n"u8.ToArray(),
        ["READONLY"] = static _ => "-READONLY You can't write against a read only replica.\r\n"u8.ToArray(),
        ["LOADING"] = static _ => "-LOADING Redis is loading the dataset in memory\r\n"u8.ToArray(),
        ["NOAUTH"] = static _ => "-NOAUTH Authentication required.\r\n"u8.ToArray(),
        ["MOVED elsewhere"] = static _ => "-MOVED 3999 127.0.0.1:1\r\n"u8.ToArray(),
        ["WRONGTYPE"] = static _ => "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"u8.ToArray(),
        ["bytes that are no protocol"] = static _ => [0xff, 0x00, 0x13, 0x37, (byte)'\r', (byte)'\n'],
        ["a page of a web server"] = static _ => "HTTP/1.1 400 Bad Request\r\n\r\n<html>"u8.ToArray(),
        ["no answer"] = static _ => [],
        ["a hang-up"] = static _ => null,
    };

    public static TheoryData<string> Kinds => [.. Attacks.Keys];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_call_returns_or_fails_within_its_time_and_memory_limits_and_the_store_recovers(string kind)
    {
        await using var redis = new FakeRedis { Answer = Attacks[kind] };
        await using var host = new StateStoreHost(redis.ConnectionString);
        var before = GC.GetTotalAllocatedBytes();
        var failed = 0;

        foreach (var call in Calls(host))
            failed += await FailsAsync(call) ? 1 : 0;

        Assert.True(
            GC.GetTotalAllocatedBytes() - before < MaxAllocatedBytes,
            $"{kind}: {GC.GetTotalAllocatedBytes() - before:N0} bytes were allocated");
        Assert.True(failed == 0 || host.Readiness.Degradations.Count > 0, "A refusal shows in the health of the process.");
        Assert.All(host.Readiness.Degradations, static one => Assert.True(
            one.Reason.Contains("The state store at 127.0.0.1", StringComparison.Ordinal) && one.Remedy.Length > 0,
            one.ToString()));

        redis.Answer = GetHealthyResponse;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        timeout.CancelAfter(RecoveryTimeout);
        while (host.Readiness.Degradations.Count > 0)
        {
            Assert.False(timeout.IsCancellationRequested, $"{kind}: it did not recover: {string.Join(' ', host.Readiness.Degradations)}");
            await FailsAsync(() => host.Store.PingAsync(Cancellation));
            await FailsAsync(() => host.Store.ProbeWriteAsync(Cancellation));
        }
    }

    [Fact]
    public async Task A_late_response_is_not_mistaken_for_that_of_the_next_request()
    {
        await using var redis = new FakeRedis
        {
            Delay = TimeSpan.FromSeconds(2),
            Answer = static command => GetStoredPrediction(command, command[^1].Split(':')[^1])
        };
        await using var host = new StateStoreHost(redis.ConnectionString, "00:00:01");
        await Assert.ThrowsAsync<StateUnavailableException>(() => host.Store.FindPredictionAsync("first", Cancellation));

        redis.Delay = TimeSpan.Zero;
        var second = await Eventually.Async(() => host.Store.FindPredictionAsync("second", Cancellation));

        Assert.Equal("second", second!.Id);
    }

    [Fact]
    public async Task A_prediction_under_the_id_of_another_is_refused()
    {
        await using var redis = new FakeRedis { Answer = static command => GetStoredPrediction(command, "other") };
        await using var host = new StateStoreHost(redis.ConnectionString);

        await Eventually.Async(() => host.Store.FindPredictionAsync("other", Cancellation)); // the connection is established now

        var refusal = await Assert.ThrowsAsync<StateUnavailableException>(() => host.Store.FindPredictionAsync("asked", Cancellation));

        Assert.Contains("holds data that StreamBert has not written", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Lists all queries of the state store and all writes of the projection.</summary>
    private static IEnumerable<Func<Task>> Calls(StateStoreHost host)
    {
        var (store, projection) = (host.Store, host.Projection);
        yield return () => store.PingAsync(Cancellation);
        yield return () => store.FindPredictionAsync("a", Cancellation);
        yield return () => store.ListPredictionsAsync(new(), Cancellation);
        yield return () => store.ListSeriesAsync(Cancellation);
        yield return () => store.ListTrendsAsync(new(), Cancellation);
        yield return () => store.ListEventTimesAsync(Cancellation);
        yield return () => store.ListAlertsAsync(AlertFilter.Open, 10, Cancellation);
        yield return () => store.ListAlertsAsync(AlertFilter.All, 10, Cancellation);
        yield return () => store.ListModelsAsync(Cancellation);
        yield return () => projection.ReadPositionsAsync(Topics.Predictions, Cancellation);
        yield return () => projection.ApplyAsync(
            Topics.Predictions,
            new Dictionary<int, long>(),
            [StateParts.Logged(Topics.Predictions, 0, Some.Prediction("a"))],
            Cancellation);
        yield return () => projection.ClearAsync(Cancellation);
    }

    private static async Task<bool> FailsAsync(Func<Task> call)
    {
        try
        {
            await call().WaitAsync(CallTimeout, Cancellation);
            return false;
        }
        catch (StateUnavailableException)
        {
            return true;
        }
    }

    /// <summary>
    /// Returns the response of a server that stores the prediction with that id under every key; the size is requested before the value.
    /// </summary>
    private static byte[] GetStoredPrediction(string[] command, string id)
    {
        var value = FakeRedis.Bulk(Wire.ToJson(Some.Prediction(id)));
        return command[0].ToUpperInvariant() switch
        {
            "STRLEN" => [(byte)':', .. value.AsSpan(1, value.AsSpan().IndexOf((byte)'\n'))],
            "MGET" => [.. "*1\r\n"u8, .. value],
            _ => value,
        };
    }

    private static byte[]? GetHealthyResponse(string[] command) => command[0].ToUpperInvariant() switch
    {
        "PING" => "+PONG\r\n"u8.ToArray(),
        "SET" => "+OK\r\n"u8.ToArray(),
        _ => "$-1\r\n"u8.ToArray(),
    };

    private sealed class StateStoreHost : IAsyncDisposable
    {
        private readonly IHost _host;

        public StateStoreHost(string connection, string timeout = "00:00:00.100")
        {
            var builder = Host.CreateEmptyApplicationBuilder(new());
            builder.Configuration.AddInMemoryCollection(
                new Dictionary<string, string?> { ["Redis:ConnectionString"] = connection, ["Redis:Timeout"] = timeout });
            builder.Services.AddSingleton<Readiness>();
            builder.AddStateStore();
            _host = builder.Build();
        }

        public Readiness Readiness => _host.Services.GetRequiredService<Readiness>();
        public StateStore Store => _host.Services.GetRequiredService<StateStore>();
        public StateProjection Projection => _host.Services.GetRequiredService<StateProjection>();

        public async ValueTask DisposeAsync() => await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
