using System.Globalization;
using StreamBert.Benchmarks.Learning;

namespace StreamBert.Benchmarks.Adaptation;

/// <summary>
/// Measures how the shipped model <c>small</c> learns a domain that it does not know, version by version:
/// <c>adaptation --model DIR --data DIR [--runs N] [--seed N] [--svg FILE] [--set SETTING=VALUE]</c>.
/// </summary>
internal static class AdaptationCommand
{
    public const string Name = "adaptation";
    private const string Usage = "adaptation --model DIR --data DIR [--runs N] [--seed N] [--svg FILE] [--set SETTING=VALUE]";

    public static async Task<int> RunAsync(BenchmarkArguments arguments, CancellationToken cancellation)
    {
        if (arguments.Find("--model") is not { } model || arguments.Find("--data") is not { } data)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        var bench = new AdaptationBench(model, data, arguments.ReadTrainingOptions());
        var steps = new List<AdaptationStep>();
        Console.WriteLine("| texts | labels | serving | accuracy | macro F1 | calibration error | old domain: accuracy | refused by |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        await foreach (var step in bench.RunAsync(arguments.FindNumber("--runs", 8), arguments.FindNumber("--seed", 1), cancellation))
        {
            steps.Add(step);
            Console.WriteLine(Describe(step));
        }
        if (arguments.Find("--svg") is { } file)
            await File.WriteAllTextAsync(file, AdaptationPlot.Draw(steps), cancellation);
        return 0;
    }

    private static string Describe(AdaptationStep step) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {step.Texts:#,0} | {step.Labels:#,0} | {step.Version} | {step.NewDomain.Accuracy:0.000} | {step.NewDomain.Macro.F1:0.000} | ")
        + string.Create(
            CultureInfo.InvariantCulture,
            $"{step.NewDomain.CalibrationError:0.000} | {step.OldDomain.Accuracy:0.000} | {string.Join(", ", step.Refused)} |");
}
