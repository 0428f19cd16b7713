using System.CommandLine;
using StreamBert.Cli.Bench.Measuring;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Output;
using StreamBert.Model;
using StreamBert.Model.Benchmarking;
using StreamBert.Model.Classification;

namespace StreamBert.Cli.Bench.Encoders;

/// <summary>
/// Defines <c>bench inference</c>, which compares the useful work of encoders with the machine's matrix multiplication, with padded batches
/// and between precisions, in one run.
/// </summary>
internal static class InferenceBench
{
    private const int TextCount = 4096;
    private static readonly TimeSpan GemmTime = TimeSpan.FromSeconds(1);

    private static readonly Option<string[]> Shapes = new("--shapes")
    {
        Description = "Shapes of the encoders, LAYERSxHIDDEN; their weights are random.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = static _ => ["2x128", "4x256", "6x384", "12x768"],
    };

    private static readonly Option<string[]> Precisions = new("--dtype")
    {
        Description = "Precisions to measure: float32, bfloat16, int8.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = static _ => [ComputeOptions.Float32, ComputeOptions.BFloat16, ComputeOptions.Int8],
    };

    private static readonly Option<int> Replicas = new("--replicas")
    {
        Description = "Number of single-threaded replicas. Default: one per processor core.",
        DefaultValueFactory = static _ => Environment.ProcessorCount,
    };

    private static readonly Option<int> BatchTokens = new("--batch-tokens")
    {
        Description = "Maximum number of tokens per batch.",
        DefaultValueFactory = static _ => 2048,
    };

    private static readonly Option<int> Rounds = BenchmarkOptions.CreateRounds(5);

    private static readonly Option<double> Seconds = new("--seconds")
    {
        Description = "Duration of one measurement, in seconds.",
        DefaultValueFactory = static _ => 2,
    };

    private static readonly Option<bool> Json = BenchmarkOptions.CreateJson();

    public static Command Create()
    {
        var command = new Command(
            "inference",
            "Measure encoders: useful GFLOP/s compared with the machine's large matrix product, texts and tokens per second, and the "
                + "gain over padded batches.")
        {
            Shapes, Precisions, Replicas, BatchTokens, Rounds, Seconds, Json,
        };
        command.SetAction(static (parsed, cancellation) => Task.Run(() => Run(parsed, TimeProvider.System, cancellation), cancellation));
        return command;
    }

    private static int Run(ParseResult parsed, TimeProvider time, CancellationToken cancellation)
    {
        var rows = parsed.GetValue(Shapes)!
            .Select(BenchmarkOptions.ParseShape)
            .SelectMany(shape => Measure(shape, parsed, time, cancellation))
            .ToList();
        if (parsed.GetValue(Json))
            BenchmarkOutput.WriteJson(new { machine = MachineInfo.Describe(), replicas = parsed.GetValue(Replicas), rows });
        else
            Print(rows);
        return 0;
    }

    private static List<InferenceRow> Measure(EncoderShape shape, ParseResult parsed, TimeProvider time, CancellationToken cancellation)
    {
        using var directory = new TemporaryDirectory();
        RandomModel.Write(shape, DefaultModel.Directory, directory.Path);
        var rows = new List<InferenceRow>();
        foreach (var precision in parsed.GetValue(Precisions)!)
        {
            BenchmarkOutput.WriteProgress($"{shape} {precision}");
            using var model = TextClassifier.Load(directory.Path, new(Dtype: precision));
            var engine = new EngineBenchmark(
                model, shape, RandomTexts.GenerateEncoded(TextCount), parsed.GetValue(Replicas), parsed.GetValue(BatchTokens), time);
            rows.Add(InferenceRow.Create(shape, precision, MeasureRounds(engine, parsed, time, cancellation), rows.FirstOrDefault()));
        }
        return rows;
    }

    private static List<InferenceRound> MeasureRounds(
        EngineBenchmark engine, ParseResult parsed, TimeProvider time, CancellationToken cancellation)
    {
        var duration = TimeSpan.FromSeconds(parsed.GetValue(Seconds));
        engine.WarmUp();
        var rounds = new List<InferenceRound>();
        for (var round = 0; round < parsed.GetValue(Rounds); round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var gemm = GemmBenchmark.MeasureFlops(parsed.GetValue(Replicas), GemmTime, time);
            rounds.Add(new(gemm, engine.MeasurePacked(duration), engine.MeasurePadded(duration)));
        }
        return rounds;
    }

    private static void Print(List<InferenceRow> rows)
    {
        var table = Terminal.CreateTable(
            $"Encoders on {MachineInfo.Describe()}",
            "encoder", "dtype", "#GEMM GFLOP/s", "#useful GFLOP/s", "#share", "#texts/s", "#tokens/s", "#× padded", "#× first dtype");
        foreach (var row in rows)
        {
            table.AddCells(
                row.Encoder,
                row.Dtype,
                Format.Number(row.GemmGflops, "F0"),
                Format.Number(row.UsefulGflops, "F0"),
                Format.Number(row.ShareOfGemm, "P0"),
                Format.Number(row.TextsPerSecond, "N0"),
                Format.Number(row.TokensPerSecond, "N0"),
                Format.Number(row.TimesPadded, "F2"),
                Format.Number(row.TimesFirstDtype, "F2"));
        }
        table.AddCaption("log-normal lengths, mean 35 tokens, at most 128, in arrival order; "
            + "GEMM: float32 products of 1536³ on the same number of single-threaded workers");
        Terminal.Write(table);
    }
}
