using StreamBert.Model.Classification;
using StreamBert.Model.Tokenization;

namespace StreamBert.Cli.Bench.Soak;

/// <summary>Classifies distinct texts on one long-lived thread per core, as the service's replicas do.</summary>
internal sealed class SoakLoad(TextClassifier model, List<string> words, int texts)
{
    public const int BatchTexts = 32;
    private int _next, _done;

    public int Texts => texts;
    public int Done => Volatile.Read(ref _done);

    public Task[] Start(CancellationToken cancellation) =>
    [
        .. Enumerable.Range(0, Environment.ProcessorCount).Select(_ =>
            Task.Factory.StartNew(() => Classify(cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
    ];

    private void Classify(CancellationToken cancellation)
    {
        for (int start; (start = Interlocked.Add(ref _next, BatchTexts) - BatchTexts) < texts;)
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = Enumerable.Range(start, Math.Min(BatchTexts, texts - start))
                .Select(text => model.Encode($"{words[text % words.Count]} {text}"))
                .ToList();
            model.Classify(batch);
            Interlocked.Add(ref _done, batch.Count);
        }
    }
}
