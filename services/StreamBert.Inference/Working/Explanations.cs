using System.Text;
using StreamBert.Contracts;
using StreamBert.Inference.Reading;
using StreamBert.Inference.Serving;
using StreamBert.Model.Explaining;

namespace StreamBert.Inference.Working;

/// <summary>Computes the explanation that a record asks for, on a thread of its own beside the model's replicas. Its one caller asks for one after the other.</summary>
internal sealed class Explanations(IReadOnlyDictionary<string, ModelServer> servers, TimeProvider time)
{
    /// <param name="heads">The prediction of the same text.</param>
    /// <returns>The explanation, or why there is none.</returns>
    public async Task<(Explanation? Explanation, Rejection? Rejection)> OfAsync(
        InFlightRecord record, IReadOnlyDictionary<string, HeadPrediction> heads, CancellationToken cancellation)
    {
        if (record.Pending!.Deadline is { } deadline && deadline <= time.GetUtcNow())
            return (null, new(Reasons.DeadlinePassed, new Batching.DeadlinePassedException(deadline).Message));
        var head = Header(record, RecordHeaders.ExplainHead) ?? record.Pipeline!.Heads[0];
        var label = Header(record, RecordHeaders.ExplainLabel) ?? heads.GetValueOrDefault(head)?.Label;
        try
        {
            var explaining = Task.Factory.StartNew(
                () => Explain(servers[record.Pipeline!.Model], record.Text!.Text, head, label), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            var explanation = await explaining.WaitAsync(cancellation);
            return (record.Pipeline!.Privacy.KeepText ? explanation : explanation.Unquoted(), null);
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

    private static Explanation Explain(ModelServer server, string text, string head, string? label)
    {
        using var lease = server.Slot.Acquire();
        return lease.Model.Explain(text, head, label);
    }

    private static string? Header(InFlightRecord record, string name) =>
        record.Record.Headers.TryGetValue(name, out var value) ? Encoding.UTF8.GetString(value) : null;
}
