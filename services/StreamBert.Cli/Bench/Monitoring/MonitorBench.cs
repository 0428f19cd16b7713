using System.CommandLine;
using System.Runtime;
using StreamBert.Cli.Bench.Measuring;
using StreamBert.Cli.Output;
using StreamBert.Monitoring.Benchmarking;

namespace StreamBert.Cli.Bench.Monitoring;

/// <summary>Defines <c>bench monitor</c>, which measures predictions per second of the monitor on one thread.</summary>
internal static class MonitorBench
{
    private const int WarmUpPredictions = 20_000;

    private static readonly Option<int[]> Series = new("--series")
    {
        Description = "Numbers of series to measure.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = static _ => [300, 10_000],
    };

    private static readonly Option<long> Predictions = new("--predictions")
    {
        Description = "Number of predictions for each number of series.",
        DefaultValueFactory = static _ => 400_000,
    };

    private static readonly Option<int> TextsPerWindow = new("--window-texts")
    {
        Description = "Number of texts in a window of one minute.",
        DefaultValueFactory = static _ => 10_000,
    };

    private static readonly Option<bool> Json = BenchmarkOptions.CreateJson();

    public static Command Create()
    {
        var command = new Command(
            "monitor", "Measure predictions per second of the monitor on one thread, from bytes to records to commit.")
        {
            Series, Predictions, TextsPerWindow, Json,
        };
        command.SetAction(static (parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        GCSettings.LatencyMode = GCLatencyMode.Batch; // as in the service
        List<MonitorThroughput> results = [];
        foreach (var series in parsed.GetValue(Series)!)
        {
            BenchmarkOutput.WriteProgress($"{Format.Count(series)} series");
            MonitorBenchmark.Run(series, WarmUpPredictions, parsed.GetValue(TextsPerWindow), cancellation);
            results.Add(MonitorBenchmark.Run(series, parsed.GetValue(Predictions), parsed.GetValue(TextsPerWindow), cancellation));
        }
        if (parsed.GetValue(Json))
            BenchmarkOutput.WriteJson(results);
        else
            Print(results, parsed.GetValue(TextsPerWindow));
        return 0;
    }

    private static void Print(List<MonitorThroughput> results, int textsPerWindow)
    {
        var table = Terminal.CreateTable(
            $"the monitor on one thread, {Format.Count(textsPerWindow)} texts per minute", "#series", "#predictions/s", "#parsing",
            "#checkpoints", "#MB each", "#live heap", "#speed-up over life");
        foreach (var result in results)
        {
            table.AddCells(
                Format.Count(result.Series), Format.Number(result.PredictionsPerSecond, "N0"), Format.Number(result.IntakeShare, "P1"),
                Format.Number(result.CheckpointShare, "P1"),
                Format.Number(result.CheckpointBytes / 1e6 / Math.Max(1, result.Checkpoints), "N1"),
                $"{Format.Number(result.LiveHeapBytes / 1e6, "N0")} MB", Format.Number(result.SpeedUp, "N0"));
        }
        table.AddCaption($"{Format.Count(results[0].Predictions)} predictions each, {MachineInfo.Describe()}");
        Terminal.Write(table);
    }
}
