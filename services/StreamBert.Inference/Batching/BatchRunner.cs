using StreamBert.Inference.Serving;
using StreamBert.Model.Classification;
using StreamBert.Model.Tokenization;

namespace StreamBert.Inference.Batching;

/// <summary>The model fails even on the probe texts, so no text is at fault.</summary>
internal sealed class UnhealthyModelException(string version, Exception inner)
    : Exception($"The model {version} fails even on the probe texts: {inner.Message}", inner);

/// <summary>
/// Classifies a batch so that each text gets its result. A batch that fails is retried once, then bisected; only a text that fails in a
/// batch of its own gets the error. Expired and abandoned texts are not computed.
/// </summary>
internal sealed class BatchRunner(PredictionCache cache, TimeProvider time)
{
    /// <summary>
    /// Classifies texts with the candidate of a rollout. A text on which it fails, or answers with a score that is not a number, keeps that
    /// fact and no result, for the serving version to answer it.
    /// </summary>
    public void RunCandidate(ServedModel candidate, IReadOnlyList<PendingText> texts)
    {
        foreach (var text in texts)
            text.FailIfExpired(time);
        List<PendingText> awaited = [.. texts.Where(static text => text.NeedsResult && text.FailedVersion is null)];
        var checking = candidate with { Classify = batch => RequireNumbers(candidate.Predict(batch)) };
        if (awaited.Count == 0 || TryClassify(checking, awaited) is null)
            return;
        if (awaited is [var failed])
        {
            failed.FailedVersion = candidate.Version;
            return;
        }
        foreach (var half in awaited.Chunk((awaited.Count + 1) / 2))
            RunCandidate(candidate, half);
    }

    /// <exception cref="UnhealthyModelException">The model, not a text, is at fault; run the texts without a result again.</exception>
    public void Run(ServedModel model, IReadOnlyList<PendingText> batch)
    {
        foreach (var text in batch)
            text.FailIfExpired(time);
        var awaited = batch.Where(static text => text.NeedsResult).ToList();
        if (awaited.Count > 0 && TryClassify(model, awaited) is not null && TryClassify(model, awaited) is { } error)
            Bisect(model, awaited, error);
    }

    private void Bisect(ServedModel model, List<PendingText> failed, Exception error)
    {
        if (failed.Count == 1)
        {
            FailText(model, failed[0], error);
            return;
        }
        foreach (var half in failed.Chunk((failed.Count + 1) / 2))
        {
            if (TryClassify(model, half) is { } halfError)
                Bisect(model, [.. half], halfError);
        }
    }

    private static void FailText(ServedModel model, PendingText text, Exception error)
    {
        try
        {
            model.Probe();
        }
        catch (Exception e)
        {
            throw new UnhealthyModelException(model.Version, e);
        }
        text.Complete(new ClassificationResult.Failed(error));
    }

    /// <returns>The error of the forward pass; null if it succeeded.</returns>
    private Exception? TryClassify(ServedModel model, IReadOnlyList<PendingText> texts)
    {
        try
        {
            Classify(model, texts);
            return null;
        }
        catch (Exception e)
        {
            // Not swallowed: the caller attributes it to a text, or to the model.
            InferenceMetrics.FailedBatches.Add(1);
            return e;
        }
    }

    private void Classify(ServedModel model, IReadOnlyList<PendingText> texts)
    {
        EncodedText[] encoded = [.. texts.Select(text => text.EncodeFor(model))];
        var startedAt = time.GetTimestamp();
        var outputs = model.Predict(encoded);
        var duration = time.GetElapsedTime(startedAt);
        for (var i = 0; i < outputs.Length; i++)
        {
            cache.Add(model.Version, encoded[i], outputs[i]);
            texts[i].Complete(new ClassificationResult.Succeeded(outputs[i], model.Version, startedAt, duration, texts.Count));
        }
        RecordMetrics(encoded, duration);
    }

    private static ClassifiedText[] RequireNumbers(ClassifiedText[] outputs) =>
        outputs.All(static output => output.Heads.Values.All(static head => double.IsFinite(head.Confidence)))
            ? outputs : throw new ArithmeticException("A score is not a number.");

    private static void RecordMetrics(EncodedText[] encoded, TimeSpan duration)
    {
        InferenceMetrics.Batches.Add(1);
        InferenceMetrics.BatchTexts.Record(encoded.Length);
        InferenceMetrics.BatchTokens.Record(encoded.Sum(static text => text.Length));
        InferenceMetrics.ModelDuration.Record(duration.TotalSeconds);
    }
}
