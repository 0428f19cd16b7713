using System.CommandLine;
using System.Diagnostics;
using StreamBert.Cli.CommandLine;
using StreamBert.Inference;
using StreamBert.Model;
using StreamBert.Model.Benchmarking;

namespace StreamBert.Cli.Bench;

/// <summary>
/// <c>bench pipeline</c>: texts from the embedded log to predictions in it, by the real Inference service, as a share of what the bare
/// engine does with the
/// same texts in the same run; and how long one interactive text waits while the stream saturates the machine.
/// </summary>
internal static class PipelineBench
{
    private static readonly Option<string> Shape = new("--shape")
    {
        Description = "The encoder, LAYERSxHIDDEN; random weights.",
        DefaultValueFactory = static _ => "6x384"
    };
    private static readonly Option<string> Dtype = new("--dtype")
    {
        Description = "float32, bfloat16 or int8.",
        DefaultValueFactory = static _ => ComputeOptions.Float32
    };
    private static readonly Option<int> Texts = new("--texts") { Description = "Texts a round.", DefaultValueFactory = static _ => 3000 };
    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = "Rounds; their medians are shown.",
        DefaultValueFactory = static _ => 3
    };
    private static readonly Option<double> Seconds = new("--seconds")
    {
        Description = "Length of a measurement of the bare engine; two a round.",
        DefaultValueFactory = static _ => 3
    };
    private static readonly Option<int> BatchTokens = new("--batch-tokens")
    {
        Description = "Most tokens in a batch; default: the service's.",
        DefaultValueFactory = static _ => new InferenceOptions().MaxBatchTokens
    };
    private static readonly Option<int> Probes = new("--probes")
    {
        Description = "Interactive texts sent while the stream saturates the service.",
        DefaultValueFactory = static _ => 300
    };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON line." };

    public static Command Create()
    {
        var command = new Command(
            "pipeline",
            "Measure log → predictions end to end as a share of the bare engine, and how fast an interactive text is answered meanwhile.")
        {
            Shape, Dtype, Texts, Rounds, Seconds, BatchTokens, Probes, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (shape, count, replicas, batchTokens) = (Figures.Shape(parsed.GetValue(Shape)!), parsed.GetValue(Texts), Environment
            .ProcessorCount, parsed.GetValue(BatchTokens));
        var compute = new ComputeOptions(Dtype: parsed.GetValue(Dtype)!).Checked();
        await using var service = BenchService.Create(shape, DefaultModel.Directory, new Dictionary<string, string?>
        {
            ["Inference:MaxBatchTokens"] = $"{batchTokens}",
            ["Inference:Dtype"] = compute.Dtype,
            ["Inference:CacheEntries"] = "0",
        });
        var texts = LengthMix.Words(count * (parsed.GetValue(Rounds) + 1), Path.Combine(DefaultModel.Directory, "vocab.txt"));
        using var model = TextClassifier.Load(service.Package, compute);
        var engine = new EngineBenchmark(model, shape, [.. texts.Take(count).Select(model.Encode)], replicas, batchTokens);
        engine.WarmUp();
        await service.StartAsync(cancellation);
        var rounds = new List<PipelineRound>();
        for (var round = 0; round < parsed.GetValue(Rounds); round++)
        {
            Figures.Progress($"round {round + 1} of {parsed.GetValue(Rounds)}");
            rounds.Add(await RoundAsync(
                service,
                engine,
                texts.GetRange(round * count, count),
                round,
                TimeSpan.FromSeconds(parsed.GetValue(Seconds)),
                cancellation));
        }
        Figures.Progress("interactive texts under a saturating stream");
        var waits = await InteractiveProbe.RunAsync(
            service,
            texts.GetRange(rounds.Count * count, count),
            parsed.GetValue(Probes),
            cancellation);
        Print(new(shape.ToString(), compute.Dtype, rounds, waits, batchTokens), parsed.GetValue(Json));
        return 0;
    }

    /// <summary>The bare engine before and after the pipeline, so that a machine that changes its pace favours neither.</summary>
    private static async Task<PipelineRound> RoundAsync(
        BenchService service,
        EngineBenchmark engine,
        List<string> texts,
        int round,
        TimeSpan bare,
        CancellationToken cancellation)
    {
        var before = await Task.Run(() => engine.Packed(bare), cancellation);
        var pipeline = await StreamAsync(service, texts, round, cancellation);
        var after = await Task.Run(() => engine.Packed(bare), cancellation);
        return new(pipeline, (before.Texts + after.Texts) / 2);
    }

    /// <summary>Texts a second from the first tenth to the last.</summary>
    private static async Task<double> StreamAsync(BenchService service, List<string> texts, int round, CancellationToken cancellation)
    {
        var before = await service.PredictionsAsync(cancellation);
        await service.FeedAsync(texts, $"r{round}", cancellation);
        await service.PredictedAsync(before + texts.Count / 10, cancellation);
        var (first, watch) = (await service.PredictionsAsync(cancellation), Stopwatch.StartNew());
        await service.PredictedAsync(before + texts.Count, cancellation);
        return (before + texts.Count - first) / watch.Elapsed.TotalSeconds;
    }

    private static void Print(PipelineFigures figures, bool json)
    {
        if (json)
        {
            Figures.PrintJson(figures);
            return;
        }
        var table = Terminal.Table($"{figures.Encoder} {figures.Dtype} on {Machine.Describe()}", "what", "#figure");
        table.AddCells("bare engine, texts/s", Figures.Number(figures.EngineTextsPerSecond, "N0"));
        table.AddCells("log → predictions, texts/s", Figures.Number(figures.PipelineTextsPerSecond, "N0"));
        table.AddCells("share of the bare engine", Figures.Number(figures.Share, "P1"));
        table.AddCells("interactive under the stream, median ms", Figures.Number(figures.InteractiveMedianMs, "F0"));
        table.AddCells("interactive under the stream, p99 ms", Figures.Number(figures.InteractiveP99Ms, "F0"));
        table.AddCells("batch delay + one bulk batch, ms", Figures.Number(figures.BatchMs, "F0"));
        table.AddCells("p99 as a multiple of that", Figures.Number(figures.P99Multiple, "F2"));
        Terminal.Write(table);
    }
}

/// <summary>Texts a second end to end, and of the bare engine around it.</summary>
internal readonly record struct PipelineRound(double Pipeline, double Engine);

/// <summary>What <c>bench pipeline</c> prints; medians of the rounds.</summary>
internal sealed record PipelineFigures(
    string Encoder,
    string Dtype,
    double EngineTextsPerSecond,
    double PipelineTextsPerSecond,
    double Share,
    int InteractiveTexts,
    double InteractiveMedianMs,
    double InteractiveP99Ms,
    double BatchMs,
    double P99Multiple,
    int BatchTokens,
    string Machine)
{
    /// <summary><c>Inference:MaxBatchDelay</c> as it is by default.</summary>
    private static readonly double BatchDelayMs = new InferenceOptions().MaxBatchDelay.TotalMilliseconds;

    public PipelineFigures(string encoder, string dtype, List<PipelineRound> rounds, InteractiveWaits waits, int batchTokens)
        : this(encoder, dtype,
            Math.Round(Figures.Median(rounds, static r => r.Engine), 1), Math.Round(Figures.Median(rounds, static r => r.Pipeline), 1),
            Math.Round(Figures.Median(rounds, static r => r.Pipeline / r.Engine), 3),
            waits.Milliseconds.Count, Math.Round(Figures.Quantile(waits.Milliseconds, 0.5), 1), Math.Round(
                Figures.Quantile(waits.Milliseconds, 0.99),
                1),
            Math.Round(BatchDelayMs + waits.BatchMs, 1), Math.Round(
                Figures.Quantile(waits.Milliseconds, 0.99) / (BatchDelayMs + waits.BatchMs),
                2), batchTokens, Bench.Machine.Describe())
    {
    }
}
