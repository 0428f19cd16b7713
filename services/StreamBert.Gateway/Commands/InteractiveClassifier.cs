using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Gateway.Live;
using StreamBert.Gateway.Traffic;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.Commands;

/// <summary>
/// Classifies one text at once, by way of the log: appends it to the topic that workers read first and awaits the
/// prediction (or the dead letter) with its id. Needs no state store.
/// </summary>
public sealed class InteractiveClassifier(
    IEventLog log, LiveStream stream, PipelineCatalog pipelines, TrafficMeter meter, IOptions<GatewayOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<TextClassified>> _pending = new();

    /// <summary>Texts whose answer is awaited now.</summary>
    public int Pending => _pending.Count;

    /// <param name="pipeline">Null: the first configured.</param>
    /// <param name="deadline">How long to wait; null: the configured default.</param>
    /// <exception cref="KeyNotFoundException">There is no such pipeline.</exception>
    /// <exception cref="TextTooLargeException">The text is longer than the pipeline takes.</exception>
    /// <exception cref="ClassificationTimeoutException">No worker answered in time; the text stays in the log and will be classified.</exception>
    /// <exception cref="TextRejectedException">The text went to the dead letters.</exception>
    /// <exception cref="TooManyPendingException">Too many answers are awaited already.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be written.</exception>
    public async Task<TextClassified> ClassifyAsync(string text, string? pipeline, TimeSpan? deadline, CancellationToken cancellation)
    {
        var chosen = pipeline is null ? pipelines.All[0] : pipelines.Get(pipeline);
        TextIntake.CheckSize(chosen, text, "text");
        if (_pending.Count >= options.Value.MaxPendingClassifications) throw new TooManyPendingException(_pending.Count);

        var started = time.GetTimestamp();
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString();
        var wait = deadline ?? options.Value.ClassifyDeadline;
        using var patience = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        var answer = _pending[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await stream.Started.WaitAsync(either.Token);
            await log.AppendAsync([Record(new() { Id = id, Text = text, Source = "api", OccurredAt = now }, chosen.Name)], either.Token);
            var prediction = await answer.Task.WaitAsync(either.Token);
            meter.Answered(time.GetElapsedTime(started));
            return prediction;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ClassificationTimeoutException(id, wait);
        }
        finally
        {
            _pending.TryRemove(id, out _);
        }
    }

    /// <summary>Gives the awaiting caller, if there is one, its answer.</summary>
    internal void Observe(LoggedEvent logged)
    {
        if (_pending.IsEmpty) return;
        if (logged.Event is TextClassified prediction && _pending.TryGetValue(prediction.Id, out var answer))
            answer.TrySetResult(prediction with { Embedding = null });
        else if (logged.Event is DeadLettered { Origin.Topic: Topics.Interactive, Key: { } key } letter && _pending.TryGetValue(Encoding.UTF8.GetString(key), out answer))
            answer.TrySetException(new TextRejectedException(letter.Reason, letter.Detail));
    }

    private static NewRecord Record(TextReceived text, string pipeline) => TextIntake.ToRecord(text, Topics.Interactive) with
    {
        Headers = new Dictionary<string, byte[]>(Wire.HeadersFor<TextReceived>()) { [RecordHeaders.Pipeline] = Encoding.UTF8.GetBytes(pipeline) },
    };
}

/// <summary>No worker answered before the deadline.</summary>
public sealed class ClassificationTimeoutException(string id, TimeSpan deadline)
    : Exception($"No worker answered within {deadline.TotalMilliseconds:N0} ms. The text stays in the log and will be classified; ask for its prediction by id later, and check that an inference worker runs.")
{
    public string Id { get; } = id;
}

/// <summary>The text could not be classified and went to the dead letters.</summary>
public sealed class TextRejectedException(string reason, string detail) : Exception(detail)
{
    /// <summary>The code of <see cref="DeadLettered.Reason"/>.</summary>
    public string Reason { get; } = reason;
}

/// <summary>More answers are awaited than the configuration allows.</summary>
public sealed class TooManyPendingException(int pending)
    : Exception($"{pending:N0} answers are awaited already (Gateway:MaxPendingClassifications). Try again shortly, or post bulk texts to /v1/texts.");
