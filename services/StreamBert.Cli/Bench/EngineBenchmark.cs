using System.Diagnostics;
using StreamBert.Model;
using StreamBert.Model.Benchmarking;
using StreamBert.Model.Tokenization;

namespace StreamBert.Cli.Bench;

/// <summary>The bare engine: single-threaded replicas of one model that classify tokenized texts in the order of their arrival.</summary>
internal sealed class EngineBenchmark(
    TextClassifier model,
    EncoderShape shape,
    IReadOnlyList<EncodedText> texts,
    int replicas,
    int batchTokens)
{
    private const int PaddedBatch = 32;
    private readonly List<EncodedText[]> _packed = Batches(texts, batchTokens);
    private readonly List<EncodedText[]> _padded = [.. texts.Chunk(PaddedBatch)];

    /// <summary>Padding-free batches in arrival order.</summary>
    public EngineSpeed Packed(TimeSpan duration) => Run(_packed, static batch => batch, duration);

    /// <summary>What most servers do: batches of 32 in arrival order, each text filled up to the longest of its batch.</summary>
    public EngineSpeed Padded(TimeSpan duration) => Run(_padded, Pad, duration);

    /// <summary>Compiles kernels and warms caches.</summary>
    public void WarmUp() => Packed(TimeSpan.FromSeconds(1));

    private EngineSpeed Run(List<EncodedText[]> batches, Func<EncodedText[], EncodedText[]> prepare, TimeSpan duration)
    {
        var (next, texts, tokens) = (-1, 0L, 0L);
        var flops = 0.0;
        var gate = new Lock();
        var watch = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, replicas).Select(_ => new Thread(Work)).ToList();
        workers.ForEach(static worker => worker.Start());
        workers.ForEach(static worker => worker.Join());
        var seconds = watch.Elapsed.TotalSeconds;
        return new(texts / seconds, tokens / seconds, flops / seconds);

        void Work()
        {
            do // a busy machine may let a short measurement pass before a thread starts: one batch is always measured
            {
                var batch = batches[Interlocked.Increment(ref next) % batches.Count];
                model.Classify(prepare(batch));
                lock (gate)
                {
                    texts += batch.Length;
                    tokens += batch.Sum(static text => text.Length);
                    flops += batch.Sum(text => shape.Flops(text.Length));
                }
            }
            while (watch.Elapsed < duration);
        }
    }

    private static List<EncodedText[]> Batches(IReadOnlyList<EncodedText> texts, int batchTokens)
    {
        var batches = new List<EncodedText[]>();
        for (int start = 0, end; start < texts.Count; start = end)
        {
            var tokens = texts[start].Length;
            for (end = start + 1; end < texts.Count && tokens + texts[end].Length <= batchTokens; end++) tokens += texts[end].Length;
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

/// <summary>Useful work a second: none of it spent on padding.</summary>
internal readonly record struct EngineSpeed(double Texts, double Tokens, double Flops);
