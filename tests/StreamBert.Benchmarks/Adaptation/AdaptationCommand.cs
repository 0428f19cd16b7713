using System.Globalization;
using StreamBert.Benchmarks.Learning;

namespace StreamBert.Benchmarks.Adaptation;

/// <summary>
/// Measures how a model learns a domain that it does not know, version by version:
/// <c>adaptation --model DIR --data DIR --domain NAME [--runs N] [--seed N] [--svg FILE] [--set SETTING=VALUE]</c>.
/// The model is one that <c>train --recipe recipe.json</c> has made, which knows news about finance and requests about orders.
/// </summary>
internal static class AdaptationCommand
{
    public const string Name = "adaptation";
    private const string Usage = "adaptation --model DIR --data DIR --domain banking|reviews|comments [--runs N] [--seed N] [--svg FILE] "
        + "[--set SETTING=VALUE]";

    public static async Task<int> RunAsync(BenchmarkArguments arguments, CancellationToken cancellation)
    {
        if (arguments.Find("--model") is not { } model || arguments.Find("--data") is not { } data
            || ReadDomain(arguments.Find("--domain"), data) is not { } domain)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        var bench = new AdaptationBench(model, domain, data, arguments.ReadTrainingOptions());
        var steps = new List<AdaptationStep>();
        await foreach (var step in bench.RunAsync(arguments.FindNumber("--runs", 8), arguments.FindNumber("--seed", 1), cancellation))
        {
            if (steps.Count == 0)
                WriteHeader(step);
            steps.Add(step);
            Console.WriteLine(Describe(step));
        }
        if (arguments.Find("--svg") is { } file)
            await File.WriteAllTextAsync(file, AdaptationPlot.Draw(steps), cancellation);
        return 0;
    }

    private static LearningTexts? ReadDomain(string? name, string data) => name switch
    {
        "banking" => LearningTexts.ReadBanking(data),
        "reviews" => LearningTexts.ReadReviews(data),
        "comments" => LearningTexts.ReadComments(data),
        _ => null,
    };

    private static void WriteHeader(AdaptationStep step)
    {
        Console.WriteLine(Row(
            [
                "texts", "labels", "serving", $"{step.New.Domain}: accuracy", "macro F1", "calibration error",
                .. step.Old.Select(static old => $"{old.Domain}: accuracy"), "candidate: accuracy", "refused by",
            ]));
        Console.WriteLine($"{string.Concat(Enumerable.Repeat("|---", step.Old.Count + 8))}|");
    }

    private static string Describe(AdaptationStep step) => Row(
        [
            Count(step.Texts), Count(step.Labels), step.Version, Share(step.New.Report.Accuracy), Share(step.New.Report.Macro.F1),
            Share(step.New.Report.CalibrationError), .. step.Old.Select(static old => Share(old.Report.Accuracy)),
            Share(step.CandidateAccuracy), string.Join(", ", step.Refused),
        ]);

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Count(int number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Share(double share) => share.ToString("0.000", CultureInfo.InvariantCulture);
}
