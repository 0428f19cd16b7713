using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Model;
using StreamBert.Model.Benchmarking;

namespace StreamBert.Cli.Bench;

/// <summary>
/// <c>bench inference</c>: the encoder's useful work beside the machine's own matrix product, padded batches and other precisions, in one
/// run.
/// </summary>
internal static class InferenceBench
{
    private static readonly TimeSpan GemmTime = TimeSpan.FromSeconds(1);

    private static readonly Option<string[]> Shapes = new("--shapes")
    {
        Description = "Encoders to measure, LAYERSxHIDDEN; random weights.",
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
        Description = "Single-threaded replicas; default: one a processor core.",
        DefaultValueFactory = static _ => Environment.ProcessorCount
    };
    private static readonly Option<int> BatchTokens = new("--batch-tokens")
    {
        Description = "Most tokens in a batch.",
        DefaultValueFactory = static _ => 2048
    };
    private static readonly Option<int> Rounds = new("--rounds")
    {
        Description = "Rounds; their medians are shown.",
        DefaultValueFactory = static _ => 5
    };
    private static readonly Option<double> Seconds = new("--seconds")
    {
        Description = "Length of one measurement.",
        DefaultValueFactory = static _ => 2
    };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON line." };

    public static Command Create()
    {
        var command = new Command(
            "inference",
            "Measure encoders: useful GFLOP/s beside the machine's large matrix product, texts and tokens a second, against padded batches.")
        {
            Shapes, Precisions, Replicas, BatchTokens, Rounds, Seconds, Json,
        };
        command.SetAction(static (parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), cancellation));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var rows = parsed.GetValue(Shapes)!.Select(Figures.Shape).SelectMany(shape => Measure(shape, parsed, cancellation)).ToList();
        if (parsed.GetValue(Json)) Figures.PrintJson(new { machine = Machine.Describe(), replicas = parsed.GetValue(Replicas), rows });
        else Print(rows);
        return 0;
    }

    private static List<InferenceRow> Measure(EncoderShape shape, ParseResult parsed, CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        RandomModel.Write(shape, DefaultModel.Directory, folder.Path);
        var (replicas, rounds, duration) = (parsed.GetValue(Replicas), parsed.GetValue(Rounds), TimeSpan.FromSeconds(
            parsed.GetValue(Seconds)));
        var rows = new List<InferenceRow>();
        foreach (var precision in parsed.GetValue(Precisions)!)
        {
            Figures.Progress($"{shape} {precision}");
            using var model = TextClassifier.Load(folder.Path, new(Dtype: precision));
            var engine = new EngineBenchmark(model, shape, LengthMix.Encoded(4096), replicas, parsed.GetValue(BatchTokens));
            engine.WarmUp();
            var measured = Enumerable.Range(0, rounds).Select(_ =>
            {
                cancellation.ThrowIfCancellationRequested();
                return (Gemm: MachineSpeed.GemmFlops(replicas, GemmTime), Packed: engine.Packed(duration), Padded: engine.Padded(duration));
            }).ToList();
            rows.Add(Row(shape, precision, measured, rows.FirstOrDefault()));
        }
        return rows;
    }

    private static InferenceRow Row(
        EncoderShape shape,
        string precision,
        List<(double Gemm, EngineSpeed Packed, EngineSpeed Padded)> rounds,
        InferenceRow? first) => new(
        shape.ToString(), precision,
        Math.Round(Figures.Median(rounds, static r => r.Gemm) / 1e9, 1),
        Math.Round(Figures.Median(rounds, static r => r.Packed.Flops) / 1e9, 1),
        Math.Round(Figures.Median(rounds, static r => r.Packed.Flops / r.Gemm), 3),
        Math.Round(Figures.Median(rounds, static r => r.Packed.Texts)),
        Math.Round(Figures.Median(rounds, static r => r.Packed.Tokens)),
        Math.Round(Figures.Median(rounds, static r => r.Packed.Texts / r.Padded.Texts), 2),
        Math.Round(first is null ? 1 : Figures.Median(rounds, static r => r.Packed.Texts) / first.TextsPerSecond, 2));

    private static void Print(List<InferenceRow> rows)
    {
        var table = Terminal.Table(
            $"Encoders on {Machine.Describe()}",
            "encoder",
            "dtype",
            "#GEMM GFLOP/s",
            "#useful GFLOP/s",
            "#share",
            "#texts/s",
            "#tokens/s",
            "#× padded",
            "#× first dtype");
        foreach (var row in rows)
        {
            table.AddCells(
                row.Encoder,
                row.Dtype,
                Figures.Number(row.GemmGflops, "F0"),
                Figures.Number(row.UsefulGflops, "F0"),
                Figures.Number(row.ShareOfGemm, "P0"),
                Figures.Number(row.TextsPerSecond, "N0"),
                Figures.Number(row.TokensPerSecond, "N0"),
                Figures.Number(row.TimesPadded, "F2"),
                Figures.Number(
                    row.TimesFirstDtype,
                    "F2"));
        }

        table.AddCaption("lengths log-normal, mean 35 tokens, at most 128, in the order of arrival; GEMM: float32 products of 1536³ on as many single-threaded workers");
        Terminal.Write(table);
    }
}

/// <summary>One encoder in one precision; medians of the rounds.</summary>
internal sealed record InferenceRow(
    string Encoder, string Dtype, double GemmGflops, double UsefulGflops, double ShareOfGemm, double TextsPerSecond, double TokensPerSecond, double TimesPadded, double TimesFirstDtype);
