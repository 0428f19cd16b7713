using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Live;
using StreamBert.Gateway.Traffic;
using StreamBert.Privacy;
using StreamBert.Streaming.Concurrency;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Interactive;

/// <summary>
/// Classifies texts at once, by way of the log: appends them to the topic that workers read first and awaits the
/// predictions (or the dead letters) with their ids. Needs no state store.
/// </summary>
public sealed class InteractiveClassifier(
    IEventLog log, LiveStream stream, PipelineCatalog pipelines, PrivacyFilter guard, TrafficMeter meter, IOptions<GatewayOptions> options, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<TextClassified>> _pending = new();
    private readonly ThroughputEstimator _pace = new(time);
    private int _explaining;

    /// <summary>A text's record, its text as UTF-16 and its prediction, for each byte of it; and what every answer takes.</summary>
    private const int PerByte = 8;
    private const int PerText = 4 * 1024;
    private readonly ByteBudget _pendingBytes = new(options.Value.MaxPendingBytes);

    /// <summary>Texts whose answer is awaited now.</summary>
    public int Pending => _pending.Count;

    /// <inheritdoc cref="ClassifyAsync(IReadOnlyList{string}, string?, TimeSpan?, CancellationToken)"/>
    public async Task<TextClassified> ClassifyAsync(string text, string? pipeline, TimeSpan? deadline, CancellationToken cancellation) =>
        (await ClassifyAsync([text], pipeline, deadline, cancellation))[0];

    /// <summary>Answers all texts, in their order, or none.</summary>
    /// <param name="pipeline">Null: the first configured.</param>
    /// <param name="deadline">How long to wait; null: the configured default.</param>
    /// <exception cref="KeyNotFoundException">There is no such pipeline.</exception>
    /// <exception cref="TextTooLargeException">A text is longer than the pipeline takes.</exception>
    /// <exception cref="ClassificationTimeoutException">No worker answered in time; what none has begun by then is not
    /// computed.</exception>
    /// <exception cref="TextRejectedException">A text went to the dead letters.</exception>
    /// <exception cref="OverloadedException">So many answers are awaited already that these would come too late.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be written.</exception>
    public Task<IReadOnlyList<TextClassified>> ClassifyAsync(
        IReadOnlyList<string> texts,
        string? pipeline,
        TimeSpan? deadline,
        CancellationToken cancellation) =>
        AskAsync(texts, pipeline, null, deadline, cancellation);

    /// <summary>Answers a text with its prediction and the explanation asked for, by way of a topic of its own.</summary>
    /// <inheritdoc cref="ClassifyAsync(IReadOnlyList{string}, string?, TimeSpan?, CancellationToken)"/>
    public async Task<TextClassified> ExplainAsync(
        string text,
        string? pipeline,
        ExplanationTarget why,
        TimeSpan? deadline,
        CancellationToken cancellation)
    {
        try
        {
            if (Interlocked.Increment(ref _explaining) > options.Value.MaxPendingExplanations)
                throw new OverloadedException($"No more than {options.Value.MaxPendingExplanations:N0} explanations may be awaited at once (Gateway:MaxPendingExplanations).", TimeSpan.FromSeconds(1));
            var answer = (await AskAsync([text], pipeline, why, deadline, cancellation))[0];
            return Chosen(pipeline) is { Privacy.KeepText: false } silent
                ? answer with
                {
                    Explanations = answer.Explanations?
                    .Select(explanation => explanation.WithText(guard.RedactorOf(silent.Name).Redact(text).Text))
                    .ToList()
                }
                : answer;
        }
        finally
        {
            Interlocked.Decrement(ref _explaining);
        }
    }

    private PipelineOptions Chosen(string? pipeline) => pipeline is null ? pipelines.All[0] : pipelines.Get(pipeline);

    private async Task<IReadOnlyList<TextClassified>> AskAsync(
        IReadOnlyList<string> texts, string? pipeline, ExplanationTarget? why, TimeSpan? deadline, CancellationToken cancellation)
    {
        var chosen = Chosen(pipeline);
        for (
            var index = 0;
            index < texts.Count;
            index++)
        {
            TextAppender.CheckSize(chosen, texts[index], texts.Count == 1 ? "text" : $"[{index}]");
        }

        var wait = deadline ?? options.Value.ClassifyDeadline;
        Admit(texts.Count, wait);
        var bytes = texts.Sum(static text => (long)PerByte * text.Length + PerText);
        if (!_pendingBytes.TryAcquire(bytes))
            throw new OverloadedException($"The answers awaited already take as much memory as they may ({options.Value.MaxPendingBytes:N0} bytes, Gateway:MaxPendingBytes).", TimeSpan.FromSeconds(1));
        try
        {
            return await AwaitAsync(texts, chosen, why, wait, cancellation);
        }
        finally
        {
            _pendingBytes.Release(bytes);
        }
    }

    private async Task<IReadOnlyList<TextClassified>> AwaitAsync(
        IReadOnlyList<string> texts, PipelineOptions chosen, ExplanationTarget? why, TimeSpan wait, CancellationToken cancellation)
    {

        var started = time.GetTimestamp();
        var now = time.GetUtcNow();
        using var patience = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        var ids = texts.Select(_ => Guid.CreateVersion7(now).ToString()).ToList();
        var records = ids.Zip(texts, (id, text) => TextAppender.Checked(
            Record(
                guard.RedactForLog(chosen, new() { Id = id, Text = text, Source = "api", OccurredAt = now }),
                chosen,
                now + wait,
                why), chosen, pipelines.Limits)).ToList();
        var answers = ids.Select(id => _pending[id] = new(TaskCreationOptions.RunContinuationsAsynchronously)).ToList();
        try
        {
            await stream.Started.WaitAsync(either.Token);
            await log.AppendAsync(records, either.Token);
            var predictions = await Task.WhenAll(answers.Select(static answer => answer.Task)).WaitAsync(either.Token);
            meter.Answered(time.GetElapsedTime(started));
            return predictions;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ClassificationTimeoutException(ids, wait);
        }
        catch (TextRejectedException late) when (late.Reason == DeadLetterReasons.DeadlinePassed)
        {
            throw new ClassificationTimeoutException(ids, wait);
        }
        finally
        {
            foreach (var id in ids) _pending.TryRemove(id, out _);
        }
    }

    public void Dispose() => _pendingBytes.Dispose();

    /// <summary>Gives the awaiting caller, if there is one, its answer.</summary>
    internal void Observe(LoggedEvent logged)
    {
        if (logged.Event is TextClassified classified) _pace.Observe(classified);
        if (_pending.IsEmpty) return;
        if (logged.Event is TextClassified prediction && _pending.TryGetValue(prediction.Id, out var answer))
        {
            answer.TrySetResult(prediction with { Embedding = null });
        }
        else if (logged.Event is DeadLettered { Key: { } key } letter && Topics.IsInteractive(letter.Origin.Topic)
            && _pending.TryGetValue(Encoding.UTF8.GetString(key), out answer))
        {
            answer.TrySetException(new TextRejectedException(letter.Reason, letter.Detail));
        }
    }

    /// <exception cref="OverloadedException">It is better to say at once that the answers would come too late.</exception>
    private void Admit(int texts, TimeSpan wait)
    {
        var awaited = _pending.Count + texts;
        if (awaited > options.Value.MaxPendingClassifications)
        {
            throw new OverloadedException(
                $"{_pending.Count:N0} answers are awaited already, and no more than {options.Value.MaxPendingClassifications:N0} may be (Gateway:MaxPendingClassifications).", TimeSpan.FromSeconds(1));
        }

        if (awaited > texts && _pace.TimeFor(awaited) is { } needed && needed > wait) // a deadline that is short even for an idle device is no overload
        {
            throw new OverloadedException(
                $"{_pending.Count:N0} answers are awaited already: at the pace of the last seconds this one would take {needed.TotalMilliseconds:N0} ms, longer than its deadline of {wait.TotalMilliseconds:N0} ms.", needed - wait);
        }
    }

    private NewRecord Record(TextReceived text, PipelineOptions pipeline, DateTimeOffset deadline, ExplanationTarget? why)
    {
        var headers = new Dictionary<string, byte[]>(EventRecord.HeadersFor<TextReceived>())
        {
            [RecordHeaders.Pipeline] = Encoding.UTF8.GetBytes(pipeline.Name),
            [RecordHeaders.Deadline] = EventRecord.FormatDeadline(deadline),
        };
        if (why?.Head is { } head) headers[RecordHeaders.ExplainHead] = Encoding.UTF8.GetBytes(guard.RedactText(pipeline.Name, head));
        if (why?.Label is { } label) headers[RecordHeaders.ExplainLabel] = Encoding.UTF8.GetBytes(guard.RedactText(pipeline.Name, label));
        return guard.ToRecord(pipeline, text, why is null ? Topics.Interactive : Topics.Explain) with { Headers = headers };
    }
}
