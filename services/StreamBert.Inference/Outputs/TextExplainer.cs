using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Inference.Records;
using StreamBert.Inference.Serving;
using StreamBert.Model.Explaining;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Reading;

namespace StreamBert.Inference.Outputs;

/// <summary>Computes the explanation that a record asks for, on a thread of its own beside the model's replicas, one at a time.</summary>
internal sealed class TextExplainer(IReadOnlyDictionary<string, ModelServer> servers, TimeProvider time)
{
    /// <summary>The limit for a replayed dead letter, whose own deadline has passed and does not apply.</summary>
    private static readonly TimeSpan TimeoutWithoutDeadline = TimeSpan.FromMinutes(1);

    /// <param name="heads">The prediction of the same text.</param>
    /// <returns>The explanation, or the reason why there is none.</returns>
    public async Task<(Explanation? Explanation, Rejection? Rejection)> ExplainAsync(
        InFlightRecord.Queued record, IReadOnlyDictionary<string, HeadPrediction> heads, CancellationToken cancellation)
    {
        var deadline = record.Pending.Deadline;
        if (deadline <= time.GetUtcNow())
            return (null, DeadlinePassed(deadline.Value));
        using var timeout = new CancellationTokenSource(deadline is { } at ? at - time.GetUtcNow() : TimeoutWithoutDeadline, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            return (await ComputeAsync(record, heads, linked.Token), null);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return (null, DeadlinePassed(deadline ?? time.GetUtcNow()));
        }
        catch (ExplanationException e)
        {
            return (null, new(DeadLetterReasons.CannotExplain, e.Message));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return (null, new(DeadLetterReasons.ModelError, $"The model fails to explain this text: {e.Message}", e));
        }
    }

    private async Task<Explanation> ComputeAsync(
        InFlightRecord.Queued record, IReadOnlyDictionary<string, HeadPrediction> heads, CancellationToken cancellation)
    {
        var head = EventRecord.Header(record.Source, RecordHeaders.ExplainHead) ?? record.Pipeline.Heads[0];
        var label = EventRecord.Header(record.Source, RecordHeaders.ExplainLabel) ?? heads.GetValueOrDefault(head)?.Label;
        // The thread checks the token between two passes, so that an explanation past its deadline does not delay the next one.
        var explanation = await Task.Factory.StartNew(
            () => Explain(servers[record.Pipeline.Model], record.Text, head, label, cancellation),
            cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return record.Pipeline.Privacy.KeepText ? explanation : explanation.WithoutText();
    }

    private static Explanation Explain(
        ModelServer server, TextReceived text, string head, string? label, CancellationToken cancellation)
    {
        using var lease = server.Acquire(RolloutKey.Of(text));
        return lease.Model.Explain(text.Text, head, label, cancellation);
    }

    private static Rejection DeadlinePassed(DateTimeOffset deadline) =>
        new(DeadLetterReasons.DeadlinePassed, new DeadlinePassedException(deadline).Message);
}
