using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using StreamBert.Cli.CommandLine;
using StreamBert.Contracts;
using StreamBert.Model.Training;

namespace StreamBert.Cli.Commands;

/// <summary><c>train</c>: makes a model from data by a recipe: vocabulary, pre-training, fine-tuning of all heads, reports on the test parts.</summary>
internal static class TrainCommand
{
    private static readonly Option<string> RecipeFile = new("--recipe", "-r")
    {
        Description = "The recipe (JSON): sizes, texts, heads; default: the recipe of the model that ships.",
        DefaultValueFactory = static _ => Path.Combine(DefaultModel.Directory, "recipe.json"),
    };

    private static readonly Option<string> Data = new("--data", "-d") { Description = "The directory under which the recipe's files lie.", Required = true };
    private static readonly Option<string> Output = new("--out", "-o") { Description = "Where the model package is written.", Required = true };
    private static readonly Option<string?> Pretrained = new("--pretrained") { Description = "An encoder from an earlier run (OUT/pretrained): skips vocabulary and pre-training." };

    public static Command Create()
    {
        var command = new Command("train", "Make a model from scratch: learn a vocabulary, pre-train on masked words, fine-tune every head, measure.")
        {
            RecipeFile, Data, Output, Pretrained,
        };
        command.SetAction(static (parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), cancellation));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var recipe = Recipe.Read(parsed.GetValue(RecipeFile)!);
        var (data, output) = (parsed.GetValue(Data)!, parsed.GetValue(Output)!);
        RequireFiles(recipe, data);
        using var display = new TrainingDisplay();
        var pretrained = parsed.GetValue(Pretrained) ?? Path.Combine(output, "pretrained");
        if (parsed.GetValue(Pretrained) is null)
            Pretrainer.Run(recipe, data, pretrained, display, cancellation);
        var reports = RecipeTrainer.Run(recipe, data, pretrained, output, display, cancellation);
        Terminal.Out.Write(Summary(reports));
        return 0;
    }

    private static void RequireFiles(Recipe recipe, string data)
    {
        var missing = recipe.Corpus.Concat(recipe.Heads.SelectMany(static head => head.Sources)).Select(static source => source.File).Distinct()
            .Where(file => !File.Exists(Path.Combine(data, file))).ToList();
        if (missing.Count > 0)
            throw new CliException($"The recipe's files are not all under '{data}' (--data); missing: {string.Join(", ", missing)}.");
    }

    private static Table Summary(IReadOnlyList<ClassificationReport> reports)
    {
        var table = Terminal.Table("On the test parts", "Head", "Data", "#Texts", "#Accuracy", "#Macro-F1", "#Calibration error");
        foreach (var report in reports)
            table.AddCells(report.Head, report.Data, Text($"{report.Count:N0}"), Text($"{report.Accuracy:F3}"), Text($"{report.Macro.F1:F3}"), Text($"{report.CalibrationError:F3}"));
        return table;
    }

    private static string Text(FormattableString value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Progress on stderr: one line that renews itself on a terminal, a line now and then in a log.</summary>
    private sealed class TrainingDisplay : IProgress<TrainingProgress>, IDisposable
    {
        private static readonly TimeSpan TerminalPause = TimeSpan.FromSeconds(0.5), LogPause = TimeSpan.FromSeconds(15);
        private long shown = long.MinValue;

        public void Report(TrainingProgress value)
        {
            var last = value.Step == value.Steps;
            if (!last && shown != long.MinValue && TimeProvider.System.GetElapsedTime(shown) < (Terminal.IsWatched ? TerminalPause : LogPause))
                return;
            shown = TimeProvider.System.GetTimestamp();
            var line = Text($"{value.Stage}: epoch {value.Epoch} of {value.Epochs}, step {value.Step:N0} of {value.Steps:N0}, loss {value.Loss:F3}, {value.TokensPerSecond:N0} tokens/s, {value.Remaining:hh\\:mm\\:ss} left");
            Console.Error.Write(Terminal.IsWatched ? $"\r{line,-110}{(last ? "\n" : "")}" : line + "\n");
        }

        public void Dispose() => Console.Error.Flush();
    }
}
