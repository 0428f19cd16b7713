using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Training.Webhooks;

/// <summary>
/// Tells receivers of versions that are registered, promoted or rolled back. Each receiver has a consumer group of its own: one that does
/// not respond delays no other and nothing else. A message is repeated with growing delays until the receiver accepts it, for a day.
/// </summary>
internal sealed class WebhookSender(
    IEventLog log, IOptions<TrainingOptions> options, HttpMessageHandler handler, Supervisor supervisor, TimeProvider time,
    ILogger<WebhookSender> logger) : BackgroundService
{
    /// <summary>The age from which an event is not delivered any more.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);

    private const int MaxRecords = 100;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15), MaxDelay = TimeSpan.FromMinutes(10);

    private readonly HttpClient _client = new(handler, disposeHandler: false) { Timeout = Timeout };

    /// <inheritdoc/>
    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(options.Value.Webhooks.Select(receiver => supervisor.RunAsync(
            new SupervisedTask($"The webhook {receiver.Name}") { InitialDelay = TimeSpan.FromSeconds(5), MaxDelay = MaxDelay },
            (progressed, cancellation) => FollowAsync(receiver, progressed, cancellation), stoppingToken)));

    /// <summary>Delivers the events of versions to one receiver, until it refuses one or the call is cancelled.</summary>
    /// <param name="receiver">The receiver.</param>
    /// <param name="progressed">Called when a batch was delivered and committed.</param>
    /// <param name="cancellation">Ends the delivery.</param>
    /// <exception cref="HttpRequestException">The receiver does not accept a message now; the next call sends it again.</exception>
    internal async Task FollowAsync(WebhookOptions receiver, Action progressed, CancellationToken cancellation)
    {
        await using var reader = await log.JoinAsync(
            ConsumerGroups.ForWebhook(receiver.Name), [Topics.Models], cancellation, exclusive: true);
        while (true)
        {
            var batch = await reader.ReadAsync(MaxRecords, cancellation);
            foreach (var record in batch.Records)
                await DeliverAsync(receiver, record, cancellation);
            await reader.CommitAsync(batch, [], cancellation);
            progressed();
        }
    }

    /// <exception cref="HttpRequestException">The receiver does not accept the message now.</exception>
    private async Task DeliverAsync(WebhookOptions receiver, LogRecord record, CancellationToken cancellation)
    {
        if (VersionMessage.Create(record) is not { } message)
            return;
        if (time.GetUtcNow() - record.Timestamp > MaxAge)
        {
            logger.LogWarning(
                "The event {Position} is older than {Days} day and is not delivered to the webhook {Name}",
                record.Position, MaxAge.TotalDays, receiver.Name);
            return;
        }
        try
        {
            using var request = message.CreateRequest(receiver.Url!, receiver.DecodeSecret()!, time.GetUtcNow());
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            response.EnsureSuccessStatusCode();
        }
        catch (TaskCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"The webhook {receiver.Name} did not respond within {Timeout.TotalSeconds} s.", e);
        }
    }
}
