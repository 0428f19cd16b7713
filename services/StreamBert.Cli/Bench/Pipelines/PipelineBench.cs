using System.CommandLine;
using StreamBert.Cli.Bench.Measuring;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Output;
using StreamBert.Inference;
using StreamBert.Model;
using StreamBert.Model.Classification;

namespace StreamBert.Cli.Bench.Pipelines;

/// <summary>
/// Defines <c>bench pipeline</c>, which measures the real Inference service from the embedded log to the predictions as a share of the bare
/// engine on the same texts in the same run, and the latency of interactive texts while the stream saturates the machine.
/// </summary>
internal static class PipelineBench
{
    private static readonly Option<string> Shape = BenchmarkOptions.CreateShape("6x384");
    private static readonly Option<string> Dtype = BenchmarkOptions.CreateDtype();
    private static readonly Option<int> Texts = new("--texts") { Description = "Texts per round.", DefaultValueFactory = static _ => 3000 };
    private static readonly Option<int> Rounds = BenchmarkOptions.CreateRounds(3);

    private static readonly Option<double> Seconds = new("--seconds")
    {
        Description = "Duration of a measurement of the bare engine, in seconds; there are two per round.",
        DefaultValueFactory = static _ => 3,
    };

    private static readonly Option<int> BatchTokens = new("--batch-tokens")
    {
        Description = "Maximum number of tokens per batch. Default: that of the service.",
        DefaultValueFactory = static _ => new InferenceOptions().MaxBatchTokens,
    };

    private static readonly Option<int> Probes = new("--probes")
    {
        Description = "Interactive texts sent while the stream saturates the service.",
        DefaultValueFactory = static _ => 300,
    };

    private static readonly Option<bool> Json = BenchmarkOptions.CreateJson();

    public static Command Create()
    {
        var command = new Command(
            "pipeline",
            "Measure the pipeline from log to predictions as a share of the bare engine, and the latency of interactive texts under load.")
        {
            Shape, Dtype, Texts, Rounds, Seconds, BatchTokens, Probes, Json,
        };
        command.SetAction(static (parsed, cancellation) => RunAsync(parsed, TimeProvider.System, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, TimeProvider time, CancellationToken cancellation)
    {
        var shape = BenchmarkOptions.ParseShape(parsed.GetValue(Shape)!);
        var (count, rounds, batchTokens) = (parsed.GetValue(Texts), parsed.GetValue(Rounds), parsed.GetValue(BatchTokens));
        var compute = new ComputeOptions(Dtype: parsed.GetValue(Dtype)!).Validate();
        await using var service = BenchmarkService.Create(shape, DefaultModel.Directory, new Dictionary<string, string?>
        {
            ["Inference:MaxBatchTokens"] = $"{batchTokens}",
            ["Inference:Dtype"] = compute.Dtype,
            ["Inference:CacheEntries"] = "0",
        });
        var texts = RandomTexts.Generate(count * (rounds + 1), DefaultModel.VocabularyFile);
        using var model = TextClassifier.Load(service.Package, compute);
        var encoded = texts.Take(count).Select(model.Encode).ToList();
        var engine = new EngineBenchmark(model, shape, encoded, Environment.ProcessorCount, batchTokens, time);
        engine.WarmUp();
        await service.StartAsync(cancellation);
        var pipeline = new PipelineMeasurement(service, engine, TimeSpan.FromSeconds(parsed.GetValue(Seconds)), time);
        var measured = await pipeline.MeasureAsync(texts.GetRange(0, rounds * count), rounds, cancellation);
        BenchmarkOutput.WriteProgress("interactive texts under load");
        var probe = new InteractiveProbe(service, time);
        var latencies = await probe.RunAsync(texts.GetRange(rounds * count, count), parsed.GetValue(Probes), cancellation);
        Print(PipelineFigures.Create(shape.ToString(), compute.Dtype, measured, latencies, batchTokens), parsed.GetValue(Json));
        return 0;
    }

    private static void Print(PipelineFigures figures, bool json)
    {
        if (json)
        {
            BenchmarkOutput.WriteJson(figures);
            return;
        }
        var table = Terminal.CreateTable($"{figures.Encoder} {figures.Dtype} on {MachineInfo.Describe()}", "measurement", "#value");
        table.AddCells("bare engine, texts/s", Format.Number(figures.EngineTextsPerSecond, "N0"));
        table.AddCells("log → predictions, texts/s", Format.Number(figures.PipelineTextsPerSecond, "N0"));
        table.AddCells("share of the bare engine", Format.Number(figures.Share, "P1"));
        table.AddCells("interactive text under load, median ms", Format.Number(figures.InteractiveMedianMs, "F0"));
        table.AddCells("interactive text under load, p99 ms", Format.Number(figures.InteractiveP99Ms, "F0"));
        table.AddCells("batch delay + one bulk batch, ms", Format.Number(figures.BatchMs, "F0"));
        table.AddCells("p99 / (batch delay + one bulk batch)", Format.Number(figures.P99Multiple, "F2"));
        Terminal.Write(table);
    }
}
