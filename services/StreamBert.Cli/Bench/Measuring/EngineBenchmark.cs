using StreamBert.Model.Benchmarking;
using StreamBert.Model.Classification;
using StreamBert.Model.Tokenization;

namespace StreamBert.Cli.Bench.Measuring;

/// <summary>Measures the bare engine: single-threaded replicas of one model that classify tokenized texts in arrival order.</summary>
internal sealed class EngineBenchmark(
    TextClassifier model, EncoderShape shape, IReadOnlyList<EncodedText> texts, int replicas, int batchTokens, TimeProvider time)
{
    private const int PaddedBatchTexts = 32;
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(1);

    private readonly List<EncodedText[]> _packedBatches = CreateBatches(texts, batchTokens);
    private readonly List<EncodedText[]> _paddedBatches = [.. texts.Chunk(PaddedBatchTexts)];

    /// <summary>Measures padding-free batches in arrival order.</summary>
    public EngineThroughput MeasurePacked(TimeSpan duration) => Measure(_packedBatches, static batch => batch, duration);

    /// <summary>
    /// Measures what most servers do: batches of 32 texts in arrival order, each text padded to the longest of its batch.
    /// </summary>
    public EngineThroughput MeasurePadded(TimeSpan duration) => Measure(_paddedBatches, Pad, duration);

    /// <summary>Compiles kernels and warms up caches.</summary>
    public void WarmUp() => MeasurePacked(WarmUpTime);

    private EngineThroughput Measure(List<EncodedText[]> batches, Func<EncodedText[], EncodedText[]> prepare, TimeSpan duration)
    {
        var (next, textCount, tokens, flops) = (-1, 0L, 0L, 0.0);
        var gate = new Lock();
        var start = time.GetTimestamp();
        var workers = Enumerable.Range(0, replicas).Select(_ => new Thread(Work)).ToList();
        workers.ForEach(static worker => worker.Start());
        workers.ForEach(static worker => worker.Join());
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        return new(textCount / seconds, tokens / seconds, flops / seconds);

        void Work()
        {
            do // at least one batch is measured, because on a busy machine a short measurement can end before a thread starts
            {
                var batch = batches[Interlocked.Increment(ref next) % batches.Count];
                model.Classify(prepare(batch));
                lock (gate)
                {
                    textCount += batch.Length;
                    tokens += batch.Sum(static text => text.Length);
                    flops += batch.Sum(text => shape.CountFlops(text.Length));
                }
            }
            while (time.GetElapsedTime(start) < duration);
        }
    }

    private static List<EncodedText[]> CreateBatches(IReadOnlyList<EncodedText> texts, int batchTokens)
    {
        var batches = new List<EncodedText[]>();
        for (int start = 0, end; start < texts.Count; start = end)
        {
            var tokens = texts[start].Length;
            for (end = start + 1; end < texts.Count && tokens + texts[end].Length <= batchTokens; end++)
                tokens += texts[end].Length;
            batches.Add([.. texts.Skip(start).Take(end - start)]);
        }
        return batches;
    }

    private static EncodedText[] Pad(EncodedText[] batch)
    {
        var width = batch.Max(static text => text.Length);
        return [.. batch.Select(text => new EncodedText([.. text.Ids, .. new int[width - text.Length]], false))];
    }
}
