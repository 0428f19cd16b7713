using StreamBert.Inference.Serving;
using StreamBert.Model;

namespace StreamBert.Inference.Batching;

/// <summary>The model fails even on texts known to be harmless, so no text can be blamed.</summary>
public sealed class ModelBrokenException(string version, Exception inner)
    : Exception($"The model {version} fails even on harmless texts: {inner.Message}", inner);

/// <summary>
/// Puts a batch through the model so that every text gets its answer: a batch that fails is tried once more, then in halves, and
/// only a text that fails alone is answered with its error. What is past its deadline is answered as such, not computed.
/// </summary>
public sealed class BatchRunner(AnswerCache cache, TimeProvider time)
{
    /// <exception cref="ModelBrokenException">The model, not a text, is at fault; texts without an answer may be run again.</exception>
    public void Run(ServedModel model, IReadOnlyList<PendingText> batch)
    {
        foreach (var text in batch)
            text.Expire(time);
        var wanted = batch.Where(static text => text.IsWanted).ToList();
        if (wanted.Count > 0 && !TryClassify(model, wanted, out _) && !TryClassify(model, wanted, out var error))
            Isolate(model, wanted, error!);
    }

    private void Isolate(ServedModel model, List<PendingText> failed, Exception error)
    {
        if (failed.Count == 1)
        {
            Blame(model, failed[0], error);
            return;
        }
        foreach (var half in failed.Chunk((failed.Count + 1) / 2))
        {
            if (!TryClassify(model, half, out var halfError))
                Isolate(model, [.. half], halfError!);
        }
    }

    private void Blame(ServedModel model, PendingText text, Exception error)
    {
        try
        {
            model.Probe();
        }
        catch (Exception e)
        {
            throw new ModelBrokenException(model.Version, e);
        }
        text.Complete(new(null, error, model.Version, time.GetTimestamp(), TimeSpan.Zero, 1));
    }

    private bool TryClassify(ServedModel model, IReadOnlyList<PendingText> texts, out Exception? error)
    {
        try
        {
            Classify(model, texts);
            error = null;
            return true;
        }
        catch (Exception e)
        {
            // Not swallowed: the caller narrows it down to a text, or to the model.
            InferenceMetrics.FailedBatches.Add(1);
            error = e;
            return false;
        }
    }

    private void Classify(ServedModel model, IReadOnlyList<PendingText> texts)
    {
        EncodedText[] encoded = [.. texts.Select(text => text.EncodedFor(model))];
        var started = time.GetTimestamp();
        var results = model.Answer(encoded);
        var took = time.GetElapsedTime(started);
        for (var i = 0; i < results.Length; i++)
        {
            cache.Remember(model.Version, encoded[i], results[i]);
            texts[i].Complete(new(results[i], null, model.Version, started, took, texts.Count));
        }
        Measure(encoded, took);
    }

    private static void Measure(EncodedText[] encoded, TimeSpan took)
    {
        InferenceMetrics.Batches.Add(1);
        InferenceMetrics.BatchTexts.Record(encoded.Length);
        InferenceMetrics.BatchTokens.Record(encoded.Sum(static text => text.Length));
        InferenceMetrics.ModelTime.Record(took.TotalSeconds);
    }
}
