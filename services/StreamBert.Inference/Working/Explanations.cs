using System.Text;
using StreamBert.Contracts;
using StreamBert.Inference.Serving;
using StreamBert.Model.Explaining;
using StreamBert.Streaming.Reading;

namespace StreamBert.Inference.Working;

/// <summary>
/// Computes the explanation that a record asks for, on a thread of its own beside the model's replicas. Its one caller asks for one after
/// the other.
/// </summary>
internal sealed class Explanations(IReadOnlyDictionary<string, ModelServer> servers, TimeProvider time)
{
    /// <summary>For a dead letter that is replayed: its deadline is long past and does not count.</summary>
    private static readonly TimeSpan LongestWithoutDeadline = TimeSpan.FromMinutes(1);

    /// <param name="heads">The prediction of the same text.</param>
    /// <returns>The explanation, or why there is none.</returns>
    public async Task<(Explanation? Explanation, Rejection? Rejection)> OfAsync(
        InFlightRecord record, IReadOnlyDictionary<string, HeadPrediction> heads, CancellationToken cancellation)
    {
        var deadline = record.Pending!.Deadline;
        if (deadline <= time.GetUtcNow())
            return (null, Passed(deadline.Value));
        using var passed = new CancellationTokenSource(deadline is { } at ? at - time.GetUtcNow() : LongestWithoutDeadline, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(passed.Token, cancellation);
        var head = Header(record, RecordHeaders.ExplainHead) ?? record.Pipeline!.Heads[0];
        var label = Header(record, RecordHeaders.ExplainLabel) ?? heads.GetValueOrDefault(head)?.Label;
        try
        {
            // Its thread looks at the token between two passes: whoever waits for this one, or for the next, is not held up by what nobody
            // wants any more.
            var explanation = await Task.Factory.StartNew(
                () => Explain(servers[record.Pipeline!.Model], record.Text!.Text, head, label, ending.Token), ending
                    .Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return (record.Pipeline!.Privacy.KeepText ? explanation : explanation.Unquoted(), null);
        }
        catch (OperationCanceledException) when (passed.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return (null, Passed(deadline ?? time.GetUtcNow()));
        }
        catch (ExplanationException e)
        {
            return (null, new(Reasons.CannotExplain, e.Message));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return (null, new(Reasons.ModelError, $"The model fails to explain this text: {e.Message}", e));
        }
    }

    private static Explanation Explain(ModelServer server, string text, string head, string? label, CancellationToken cancellation)
    {
        using var lease = server.Slot.Acquire();
        return lease.Model.Explain(text, head, label, cancellation);
    }

    private static Rejection Passed(DateTimeOffset deadline)
        => new(Reasons.DeadlinePassed, new Batching.DeadlinePassedException(deadline).Message);

    private static string? Header(InFlightRecord record, string name) =>
        record.Record.Headers.TryGetValue(name, out var value) ? Encoding.UTF8.GetString(value) : null;
}
