using System.CommandLine;
using System.Diagnostics;
using StreamBert.Cli.Bench.Measuring;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Output;
using StreamBert.Model.Benchmarking;
using StreamBert.Model.Classification;

namespace StreamBert.Cli.Bench.Soak;

/// <summary>
/// Defines <c>bench soak</c>, which measures whether memory stays constant over many distinct texts through tokenizer and engine.
/// </summary>
internal static class SoakBench
{
    private const int Samples = 10, DistinctWords = 10_000;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private static readonly Option<string> Shape = BenchmarkOptions.CreateShape("2x128");
    private static readonly Option<string> Dtype = BenchmarkOptions.CreateDtype();
    private static readonly Option<int> Texts = new("--texts")
    {
        Description = "Total number of texts.",
        DefaultValueFactory = static _ => 1_000_000,
    };

    private static readonly Option<bool> Json = BenchmarkOptions.CreateJson();

    public static Command Create()
    {
        var command = new Command("soak", "Measure the memory of the process after each tenth of a million "
            + "texts.") { Shape, Dtype, Texts, Json };
        command.SetAction(static (parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), cancellation));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        using var directory = new TemporaryDirectory();
        RandomModel.Write(BenchmarkOptions.ParseShape(parsed.GetValue(Shape)!), DefaultModel.Directory, directory.Path);
        using var model = TextClassifier.Load(directory.Path, new(Dtype: parsed.GetValue(Dtype)!));
        var words = RandomTexts.Generate(DistinctWords, DefaultModel.VocabularyFile);
        var texts = Math.Max(Samples * SoakLoad.BatchTexts, parsed.GetValue(Texts));
        Print(Measure(new(model, words, texts), cancellation), parsed.GetValue(Json));
        return 0;
    }

    private static List<MemorySample> Measure(SoakLoad load, CancellationToken cancellation)
    {
        var samples = new List<MemorySample>();
        using var process = Process.GetCurrentProcess();
        var workers = load.Start(cancellation);
        for (var sample = 1; sample <= Samples; sample++)
        {
            var texts = load.Texts / Samples * sample;
            while (load.Done < texts && !Array.Exists(workers, static worker => worker.IsFaulted))
                Task.WaitAll(workers, (int)PollInterval.TotalMilliseconds, cancellation);
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive); // the remaining memory is in use
            process.Refresh();
            samples.Add(new(texts, process.WorkingSet64 >> 20));
            Terminal.Error.WriteLine($"{samples[^1].Texts:N0} texts, {samples[^1].MiB:N0} MiB");
        }
        Task.WaitAll(workers, cancellation);
        return samples;
    }

    private static void Print(List<MemorySample> memory, bool json)
    {
        var spread = memory.Max(static sample => sample.MiB) / (double)memory.Min(static sample => sample.MiB) - 1;
        if (json)
        {
            BenchmarkOutput.WriteJson(new { memory, spread = Math.Round(spread, 4), machine = MachineInfo.Describe() });
            return;
        }
        var table = Terminal.CreateTable($"Memory on {MachineInfo.Describe()}", "#texts", "#MiB");
        foreach (var sample in memory)
            table.AddCells(Format.Count(sample.Texts), Format.Count(sample.MiB));
        table.AddCaption($"largest over smallest: +{Format.Number(spread, "P1")}");
        Terminal.Write(table);
    }
}
