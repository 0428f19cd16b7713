using System.Text;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Live;
using StreamBert.Gateway.Traffic;
using StreamBert.Privacy;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Interactive;

/// <summary>
/// Classifies and explains texts while the caller waits: it appends them to a topic that workers read first and waits for the
/// predictions, or dead letters, with
/// their ids. It needs no state store.
/// </summary>
public sealed class InteractiveClassifier : IDisposable
{
    /// <summary>The memory for each character of a text: its record, the text in UTF-16 and its prediction.</summary>
    private const int MemoryPerChar = 8;
    private const int MemoryPerText = 4 * 1024;

    private readonly PipelineCatalog _pipelines;
    private readonly PrivacyFilter _privacy;
    private readonly TrafficMeter _meter;
    private readonly GatewayOptions _options;
    private readonly TimeProvider _time;
    private readonly ThroughputEstimator _throughput;
    private readonly PendingResponses<TextClassified> _responses;
    private int _pendingExplanations;

    /// <summary>Creates the classifier.</summary>
    public InteractiveClassifier(
        IEventLog log, LiveEventHub hub, PipelineCatalog pipelines, PrivacyFilter privacy, TrafficMeter meter,
            IOptions<GatewayOptions> options,
        TimeProvider time)
    {
        (_pipelines, _privacy, _meter, _options, _time) = (pipelines, privacy, meter, options.Value, time);
        (_throughput, _responses) = (new(time), new(log, hub, options.Value, time));
    }

    /// <summary>The number of texts whose predictions callers wait for.</summary>
    public int Pending => _responses.Count;

    /// <inheritdoc cref="ClassifyAsync(IReadOnlyList{string}, string?, TimeSpan?, CancellationToken)"/>
    public async Task<TextClassified> ClassifyAsync(string text, string? pipeline, TimeSpan? deadline, CancellationToken cancellation) =>
        (await ClassifyAsync([text], pipeline, deadline, cancellation))[0];

    /// <summary>Classifies texts. Either all are answered, in their order, or the call fails.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="pipeline">The pipeline; null for the first one.</param>
    /// <param name="deadline">How long to wait; null for <see cref="GatewayOptions.ClassifyDeadline"/>.</param>
    /// <param name="cancellation">Cancels the waiting.</param>
    /// <exception cref="KeyNotFoundException">The pipeline does not exist.</exception>
    /// <exception cref="TextTooLargeException">A text is larger than the pipeline accepts.</exception>
    /// <exception cref="ClassificationTimeoutException">No worker responded in time. Texts that no worker has started by then are not
    /// computed.</exception>
    /// <exception cref="TextRejectedException">A text became a dead letter.</exception>
    /// <exception cref="OverloadedException">So many responses are pending that these would come too late.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be written.</exception>
    public Task<IReadOnlyList<TextClassified>> ClassifyAsync(
        IReadOnlyList<string> texts, string? pipeline, TimeSpan? deadline, CancellationToken cancellation) =>
        RequestAsync(texts, GetPipeline(pipeline), null, deadline, cancellation);

    /// <summary>Classifies a text and explains its prediction. Explanations have their own topic.</summary>
    /// <inheritdoc cref="ClassifyAsync(IReadOnlyList{string}, string?, TimeSpan?, CancellationToken)"/>
    public async Task<TextClassified> ExplainAsync(
        string text, string? pipeline, ExplanationTarget target, TimeSpan? deadline, CancellationToken cancellation)
    {
        try
        {
            if (Interlocked.Increment(ref _pendingExplanations) > _options.MaxPendingExplanations)
            {
                throw new OverloadedException(
                    $"{_options.MaxPendingExplanations:N0} explanations are pending, which is the maximum "
                        + "(Gateway:MaxPendingExplanations).",
                    TimeSpan.FromSeconds(1));
            }
            var found = GetPipeline(pipeline);
            var prediction = (await RequestAsync([text], found, target, deadline, cancellation))[0];
            return found.Privacy.KeepText ? prediction : QuoteText(prediction, _privacy.RedactorOf(found.Name).Redact(text).Text);
        }
        finally
        {
            Interlocked.Decrement(ref _pendingExplanations);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _responses.Dispose();

    /// <summary>Passes a new prediction or dead letter to the caller that waits for it.</summary>
    internal void Observe(LoggedEvent logged)
    {
        if (logged.Event is TextClassified prediction)
        {
            _throughput.Observe(prediction);
            _responses.Complete(prediction.Id, prediction with { Embedding = null });
        }
        else if (logged.Event is DeadLettered { Key: { } key } letter && Topics.IsInteractive(letter.Origin.Topic))
        {
            _responses.Fail(Encoding.UTF8.GetString(key), new TextRejectedException(letter.Reason, letter.Detail));
        }
    }

    /// <summary>
    /// The log does not hold the text of a pipeline that keeps none; the words of the explanation are taken from the request.
    /// </summary>
    private static TextClassified QuoteText(TextClassified prediction, string text) => prediction with
    {
        Explanations = prediction.Explanations?.Select(explanation => explanation.WithText(text)).ToList(),
    };

    private PipelineOptions GetPipeline(string? name) => name is null ? _pipelines.All[0] : _pipelines.Get(name);

    private async Task<IReadOnlyList<TextClassified>> RequestAsync(
        IReadOnlyList<string> texts, PipelineOptions pipeline, ExplanationTarget? target, TimeSpan? deadline,
            CancellationToken cancellation)
    {
        foreach (var (index, text) in texts.Index())
            TextAppender.CheckSize(pipeline, text, texts.Count == 1 ? "text" : $"[{index}]");
        var timeout = deadline ?? _options.ClassifyDeadline;
        CheckThroughput(texts.Count, timeout);
        var (started, now) = (_time.GetTimestamp(), _time.GetUtcNow());
        var requests = texts.Select(text => CreateRequest(text, pipeline, target, now, now + timeout)).ToList();
        var memory = texts.Sum(static text => (long)MemoryPerChar * text.Length + MemoryPerText);
        try
        {
            var predictions = await _responses.RequestAsync(requests, memory, timeout, cancellation);
            _meter.RecordRoundTrip(_time.GetElapsedTime(started));
            return predictions;
        }
        catch (TextRejectedException rejected) when (rejected.Reason == DeadLetterReasons.DeadlinePassed)
        {
            throw new ClassificationTimeoutException([.. requests.Select(static request => request.Id)], timeout);
        }
    }

    /// <summary>
    /// Rejects texts whose predictions would come after the deadline. A deadline that is too short even for an idle device is no
    /// overload.
    /// </summary>
    /// <exception cref="OverloadedException">The predictions would come too late.</exception>
    private void CheckThroughput(int texts, TimeSpan timeout)
    {
        _responses.CheckCount(texts);
        var pending = _responses.Count;
        if (pending > 0 && _throughput.EstimateDuration(pending + texts) is { } duration && duration > timeout)
        {
            throw new OverloadedException(
                $"{pending:N0} responses are pending. At the throughput of the last seconds this one would take "
                    + $"{duration.TotalMilliseconds:N0} ms, "
                + $"longer than its deadline of {timeout.TotalMilliseconds:N0} ms.",
                duration - timeout);
        }
    }

    private (string Id, NewRecord Record) CreateRequest(
        string text, PipelineOptions pipeline, ExplanationTarget? target, DateTimeOffset now, DateTimeOffset deadline)
    {
        var id = Guid.CreateVersion7(now).ToString();
        var received = _privacy.RedactForLog(pipeline, new() { Id = id, Text = text, Source = "api", OccurredAt = now });
        var headers = new Dictionary<string, byte[]>(EventRecord.HeadersFor<TextReceived>())
        {
            [RecordHeaders.Pipeline] = Encoding.UTF8.GetBytes(pipeline.Name),
            [RecordHeaders.Deadline] = EventRecord.FormatDeadline(deadline),
        };
        if (target?.Head is { } head)
            headers[RecordHeaders.ExplainHead] = Encoding.UTF8.GetBytes(_privacy.RedactText(pipeline.Name, head));
        if (target?.Label is { } label)
            headers[RecordHeaders.ExplainLabel] = Encoding.UTF8.GetBytes(_privacy.RedactText(pipeline.Name, label));
        var record = _privacy.ToRecord(pipeline, received, target is null ? Topics.Interactive : Topics.Explain) with { Headers = headers };
        TextAppender.CheckRecord(record, pipeline, _pipelines.Limits);
        return (id, record);
    }
}
