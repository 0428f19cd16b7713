using System.CommandLine;
using System.Diagnostics;
using StreamBert.Cli.CommandLine;
using StreamBert.Model;
using StreamBert.Model.Benchmarking;

namespace StreamBert.Cli.Bench;

/// <summary><c>bench soak</c>: whether memory stays flat over many texts: tokenizer and engine, every text another one.</summary>
internal static class SoakBench
{
    private const int BatchTexts = 32, Checkpoints = 10;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private static readonly Option<string> Shape = new("--shape")
    {
        Description = "The encoder, LAYERSxHIDDEN; random weights.",
        DefaultValueFactory = static _ => "2x128"
    };
    private static readonly Option<string> Dtype = new("--dtype")
    {
        Description = "float32, bfloat16 or int8.",
        DefaultValueFactory = static _ => ComputeOptions.Float32
    };
    private static readonly Option<int> Texts = new("--texts")
    {
        Description = "Texts altogether.",
        DefaultValueFactory = static _ => 1_000_000
    };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON line." };

    public static Command Create()
    {
        var command = new Command("soak", "Watch the process's memory over a million texts, from a tenth of them on.") {
            Shape,
            Dtype,
            Texts,
            Json };
        command.SetAction(static (parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), cancellation));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        RandomModel.Write(Figures.Shape(parsed.GetValue(Shape)!), DefaultModel.Directory, folder.Path);
        using var model = TextClassifier.Load(folder.Path, new(Dtype: parsed.GetValue(Dtype)!));
        var words = LengthMix.Words(10_000, Path.Combine(DefaultModel.Directory, "vocab.txt"));
        var memory = Watch(new Load(model, words, Math.Max(Checkpoints * BatchTexts, parsed.GetValue(Texts))), cancellation);
        Print(memory, parsed.GetValue(Json));
        return 0;
    }

    private static List<MemoryAt> Watch(Load load, CancellationToken cancellation)
    {
        var memory = new List<MemoryAt>();
        using var process = Process.GetCurrentProcess();
        var workers = load.Start(cancellation);
        for (var checkpoint = 1; checkpoint <= Checkpoints; checkpoint++)
        {
            while (load.Done < load.Texts / Checkpoints * checkpoint && !Array.Exists(workers, static worker => worker.IsFaulted))
                Task.WaitAll(workers, (int)Poll.TotalMilliseconds, cancellation);
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive); // what is left then is in use
            process.Refresh();
            memory.Add(new(load.Texts / Checkpoints * checkpoint, process.WorkingSet64 >> 20));
            Terminal.Error.WriteLine($"{memory[^1].Texts:N0} texts, {memory[^1].MiB:N0} MiB");
        }
        Task.WaitAll(workers, cancellation);
        return memory;
    }

    /// <summary>Texts classified by one thread a core that lives all along, as the service's replicas do.</summary>
    private sealed class Load(TextClassifier model, List<string> words, int texts)
    {
        private int _next, _done;

        public int Texts => texts;
        public int Done => Volatile.Read(ref _done);

        public Task[] Start(CancellationToken cancellation) =>
            [.. Enumerable.Range(0, Environment.ProcessorCount).Select(
                _ => Task.Factory.StartNew(() => Work(cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default))];

        private void Work(CancellationToken cancellation)
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

    private static void Print(List<MemoryAt> memory, bool json)
    {
        var spread = memory.Max(static m => m.MiB) / (double)memory.Min(static m => m.MiB) - 1;
        if (json)
        {
            Figures.PrintJson(new { memory, spread = Math.Round(spread, 4), machine = Machine.Describe() });
            return;
        }
        var table = Terminal.Table($"Memory on {Machine.Describe()}", "#texts", "#MiB");
        foreach (var at in memory) table.AddCells(Figures.Number(at.Texts, "N0"), Figures.Number(at.MiB, "N0"));
        table.AddCaption($"largest over smallest: +{Figures.Number(spread, "P1")}");
        Terminal.Write(table);
    }
}

/// <summary>The process's resident memory after so many texts.</summary>
internal readonly record struct MemoryAt(long Texts, long MiB);
