using StreamBert.Model.Classification;
using StreamBert.Model.Tokenization;

namespace StreamBert.Benchmarks.Contention;

/// <summary>Classifies the same texts again and again on threads of its own, as the replicas of a worker do under a backlog.</summary>
internal sealed class InferenceLoad : IDisposable
{
    private const int BatchSize = 64;

    private readonly List<Thread> _threads;
    private readonly CancellationTokenSource _ending = new();
    private long _classified;

    /// <param name="model">The model.</param>
    /// <param name="texts">The texts, at least one batch.</param>
    /// <param name="threads">The number of threads.</param>
    public InferenceLoad(TextClassifier model, IReadOnlyList<string> texts, int threads)
    {
        List<EncodedText[]> batches = [.. texts.Select(model.Encode).Chunk(BatchSize)];
        _threads = [.. Enumerable.Range(0, threads).Select(first => new Thread(() => Classify(model, batches, first)))];
        _threads.ForEach(static thread => thread.Start());
    }

    /// <summary>Measures the throughput, in texts per second, until a task has ended.</summary>
    public async Task<double> MeasureAsync(Task until)
    {
        var (classified, start) = (Interlocked.Read(ref _classified), TimeProvider.System.GetTimestamp());
        await until;
        return (Interlocked.Read(ref _classified) - classified) / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    public void Dispose()
    {
        _ending.Cancel();
        _threads.ForEach(static thread => thread.Join());
        _ending.Dispose();
    }

    private void Classify(TextClassifier model, List<EncodedText[]> batches, int first)
    {
        for (var batch = first; !_ending.IsCancellationRequested; batch++)
        {
            var texts = batches[batch % batches.Count];
            model.Classify(texts);
            Interlocked.Add(ref _classified, texts.Length);
        }
    }
}
