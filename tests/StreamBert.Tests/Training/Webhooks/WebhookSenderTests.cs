using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Supervision;
using StreamBert.Training.Webhooks;

namespace StreamBert.Tests.Training.Webhooks;

/// <summary>Tests that receivers get each event, also after failures, and that one that fails delays no other.</summary>
public sealed class WebhookSenderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_that_is_refused_is_sent_again_with_the_same_id()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var receivers = new Receivers();
        receivers.Refuse("https://slow.example/", times: 1);
        using var sender = Create(bench, new FakeTimeProvider(TrainingBench.Start), receivers);
        await bench.AppendAsync([Promoted("default-v2")], Topics.Models);
        var slow = bench.Options.Webhooks.Single(static receiver => receiver.Name == "slow");

        await Assert.ThrowsAsync<HttpRequestException>(() => sender.FollowAsync(slow, static () => { }, Cancellation));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var repeated = sender.FollowAsync(slow, ending.Cancel, ending.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => repeated);
        Assert.Equal(await receivers.NextAsync("https://slow.example/"), await receivers.NextAsync("https://slow.example/"));
        Assert.Null(receivers.TryNext("https://slow.example/")); // committed: the third reader would find nothing
    }

    [Fact]
    public async Task A_receiver_that_refuses_everything_does_not_delay_another()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var receivers = new Receivers();
        receivers.Refuse("https://slow.example/", int.MaxValue);
        using var sender = Create(bench, new FakeTimeProvider(TrainingBench.Start), receivers);

        await sender.StartAsync(Cancellation);
        await bench.AppendAsync([Promoted("default-v2"), Promoted("default-v3")], Topics.Models);

        Assert.EndsWith("-0", await receivers.NextAsync("https://ci.example/"), StringComparison.Ordinal);
        Assert.EndsWith("-1", await receivers.NextAsync("https://ci.example/"), StringComparison.Ordinal);
        await sender.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Events_of_more_than_a_day_ago_are_not_delivered()
    {
        await using var bench = await TrainingBench.CreateAsync();
        var (time, receivers) = (new FakeTimeProvider(TrainingBench.Start.AddDays(2)), new Receivers());
        await bench.AppendAsync([Promoted("default-v2")], Topics.Models);
        using var sender = Create(bench, time, receivers);

        await sender.StartAsync(Cancellation);
        await bench.Log.AppendAsync([EventRecord.Create(Topics.Models, Promoted("default-v3"), time.GetUtcNow())], Cancellation);

        Assert.EndsWith("-1", await receivers.NextAsync("https://ci.example/"), StringComparison.Ordinal);
        await sender.StopAsync(Cancellation);
    }

    private static WebhookSender Create(TrainingBench bench, TimeProvider time, Receivers receivers)
    {
        foreach (var name in (string[])["ci", "slow"])
        {
            bench.Options.Webhooks.Add(new()
            {
                Name = name,
                Url = new($"https://{name}.example/"),
                Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            });
        }
        return new(
            bench.Log, Microsoft.Extensions.Options.Options.Create(bench.Options), receivers,
            new Supervisor(time, NullLogger<Supervisor>.Instance), time, NullLogger<WebhookSender>.Instance);
    }

    private static ModelPromoted Promoted(string version) => new()
    {
        Model = "default",
        Version = version,
        Directory = $"default/{version}",
        Sha256 = "ab12",
        PromotedAt = TrainingBench.Start,
        By = "training",
    };

    /// <summary>Receives messages by address and remembers their ids.</summary>
    private sealed class Receivers : HttpMessageHandler
    {
        private readonly Dictionary<string, Channel<string>> _received = ((string[])["https://ci.example/", "https://slow.example/"])
            .ToDictionary(static address => address, static _ => Channel.CreateUnbounded<string>());
        private readonly Dictionary<string, int> _refusals = [];

        public void Refuse(string address, int times) => _refusals[address] = times;

        public async Task<string> NextAsync(string address) => await _received[address].Reader.ReadAsync(Cancellation);

        public string? TryNext(string address) => _received[address].Reader.TryRead(out var id) ? id : null;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var address = request.RequestUri!.ToString();
            _received[address].Writer.TryWrite(request.Headers.GetValues("webhook-id").Single());
            lock (_refusals)
            {
                var isRefused = _refusals.GetValueOrDefault(address) > 0;
                if (isRefused)
                    _refusals[address]--;
                return Task.FromResult(new HttpResponseMessage(isRefused ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.NoContent));
            }
        }
    }
}
