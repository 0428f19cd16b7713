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

    private static readonly Option<string> Shape = new("--shape") { Description = "The encoder, LAYERSxHIDDEN; random weights.", DefaultValueFactory = static _ => "2x128" };
    private static readonly Option<string> Dtype = new("--dtype") { Description = "float32, bfloat16 or int8.", DefaultValueFactory = static _ => ComputeOptions.Float32 };
    private static readonly Option<int> Texts = new("--texts") { Description = "Texts altogether.", DefaultValueFactory = static _ => 1_000_000 };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON line." };

    public static Command Create()
    {
        var command = new Command("soak", "Watch the process's memory over a million texts, from a tenth of them on.") { Shape, Dtype, Texts, Json };
        command.SetAction(static (parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), cancellation));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        RandomModel.Write(Figures.Shape(parsed.GetValue(Shape)!), DefaultModel.Directory, folder.Path);
        using var model = TextClassifier.Load(folder.Path, new(Dtype: parsed.GetValue(Dtype)!));
        var words = LengthMix.Words(10_000, Path.Combine(DefaultModel.Directory, "vocab.txt"));
        var step = Math.Max(BatchTexts, parsed.GetValue(Texts) / Checkpoints);
        var memory = new List<MemoryAt>();
        using var process = Process.GetCurrentProcess();
        for (var checkpoint = 1; checkpoint <= Checkpoints; checkpoint++)
        {
            Classify(model, words, (checkpoint - 1) * step, step, cancellation);
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive); // what is left then is in use
            process.Refresh();
            memory.Add(new(checkpoint * step, process.WorkingSet64 >> 20));
            Console.Error.WriteLine($"{checkpoint * step:N0} texts, {memory[^1].MiB:N0} MiB");
        }
        Print(memory, parsed.GetValue(Json));
        return 0;
    }

    /// <summary>One thread a core, as replicas have them.</summary>
    private static void Classify(TextClassifier model, List<string> words, int first, int count, CancellationToken cancellation)
    {
        var next = first;
        Task.WaitAll([.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Factory.StartNew(Work, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default))], cancellation);

        void Work()
        {
            for (int start; (start = Interlocked.Add(ref next, BatchTexts) - BatchTexts) < first + count;)
            {
                cancellation.ThrowIfCancellationRequested();
                var texts = Enumerable.Range(start, Math.Min(BatchTexts, first + count - start));
                model.Classify([.. texts.Select(text => model.Encode($"{words[text % words.Count]} {text}"))]);
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
        table.Caption = new($"largest over smallest: +{Figures.Number(spread, "P1")}");
        Terminal.Out.Write(table);
    }
}

/// <summary>The process's resident memory after so many texts.</summary>
internal readonly record struct MemoryAt(long Texts, long MiB);
