using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Evaluation.Comparisons;

namespace StreamBert.Cli.Commands.Texts;

/// <summary>Defines <c>evaluate</c>, which computes the classification report of one head on a labelled file.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> Model = ModelOption.Create();

    private static readonly Option<string> Data = new("--data", "-d")
    {
        Description = "Labelled CSV, TSV or JSON file (also .gz); for a token-classification head, a CoNLL file.",
        Required = true,
    };

    private static readonly Option<string> Head = new("--head") { Description = "Head to evaluate, such as sentiment.", Required = true };
    private static readonly Option<string?> TextColumn = new("--text")
    {
        Description = "Column of the text. Default: detected by its name.",
    };
    private static readonly Option<string?> LabelColumn = new("--label")
    {
        Description = "Column of the label; for a multi-label head labels separated by |, or a JSON array. Default: detected by its name.",
    };

    private static readonly Option<string?> Labels = new("--labels")
    {
        Description = "Names of the numeric labels 0, 1, 2 and so on, separated by commas. Default: the labels of the head in order.",
    };

    private static readonly Option<string[]> Compare = new("--compare")
    {
        Description = "Another model to compare --model with on the same texts, or two models A B: exact McNemar test, paired bootstrap.",
        Arity = new(1, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string[]> ExcludeTwinsOf = new("--exclude-twins-of")
    {
        Description = "Training file; texts that the model reads identically to one of its texts are not evaluated. Repeat it for several.",
    };

    private static readonly FileDialectOptionGroup Dialect = new();
    private static readonly ComputeOptionGroup Compute = new();
    private static readonly EvaluationOutputOptions Output = new();

    public static Command Create()
    {
        var command = new Command(
            "evaluate", "Evaluate a head on a labelled file: precision, recall, F1, intervals, confusion matrix; compare two models.")
        {
            Model, Data, Head, TextColumn, LabelColumn, Labels, Compare, ExcludeTwinsOf,
        };
        Output.AddTo(command);
        Dialect.AddTo(command);
        Compute.AddTo(command);
        command.SetAction(static (parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var output = Output.Read(parsed);
        var columns = new LabelledColumns(
            parsed.GetValue(TextColumn), parsed.GetValue(LabelColumn), parsed.GetValue(Labels), [.. output.Slices.Union(output.Groups)]);
        var run = new EvaluationRun(
            parsed.GetValue(Head)!, parsed.GetValue(Data)!, columns, Dialect.Read(parsed), Compute.Read(parsed))
        {
            TrainingFiles = parsed.GetValue(ExcludeTwinsOf) ?? [],
        };
        if (ReadCompared(parsed) is { } models)
        {
            output.RequireComparable();
            CompareModels(run, models, output, cancellation);
        }
        else
        {
            var directory = ModelOption.ReadDirectory(parsed, Model);
            output.Write(run.Evaluate(directory, output, cancellation), directory);
        }
        return 0;
    }

    private static void CompareModels(
        EvaluationRun run, (string A, string B) models, EvaluationOutput output, CancellationToken cancellation)
    {
        var (first, second) = (run.Evaluate(models.A, output, cancellation), run.Evaluate(models.B, output, cancellation));
        EvaluationRun.RequireSameHead(first, second);
        output.Write(new ModelComparison(first, second));
    }

    /// <returns>The directories of the models to compare; null without <c>--compare</c>.</returns>
    private static (string A, string B)? ReadCompared(ParseResult parsed) => parsed.GetValue(Compare) switch
    {
        null or [] => null,
        [var other] => (ModelOption.ReadDirectory(parsed, Model), ModelOption.FindDirectory(other, Compare)),
        [var a, var b] when parsed.GetResult(Model) is null or { Implicit: true } =>
            (ModelOption.FindDirectory(a, Compare), ModelOption.FindDirectory(b, Compare)),
        _ => throw new CliException("Give --model A --compare B, or --compare A B."),
    };
}
