using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Model.Classification;

namespace StreamBert.Cli.Commands.Texts;

/// <summary>Defines <c>classify</c>, which classifies texts from arguments, a file or stdin.</summary>
internal static class ClassifyCommand
{
    private static readonly Option<string> Model = ModelOption.Create();
    private static readonly TextInputOptionGroup Input = new("classify");
    private static readonly ComputeOptionGroup Compute = new();

    private static readonly Option<bool> Logits = new("--logits")
    {
        Description = "Also print the token ids and the logits of every head; a token-classification head has one array of logits per "
            + "token.",
    };

    private static readonly Option<string?> Labels = new("--labels")
    {
        Description = "Any labels, separated by commas, for a model trained on natural-language inference; each label costs one forward "
            + "pass.",
    };

    private static readonly Option<string?> Template = new("--template")
    {
        Description = "Hypothesis for --labels, in which the label replaces {}. Default: \"This example is {}.\"",
    };

    private static readonly Option<bool> MultiLabel = new("--multi-label")
    {
        Description = "With --labels: several labels may apply to a text.",
    };

    public static Command Create()
    {
        var command = new Command("classify", "Classify texts: print one JSON line per text, in order, with the label and scores of "
            + "every head.")
        {
            Model, Logits, Labels, Template, MultiLabel,
        };
        Compute.AddTo(command);
        Input.AddTo(command);
        command.SetAction(static (parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var lines = Input.Open(parsed);
        using var model = Load(parsed);
        using var output = Terminal.OpenOutput();
        var classifier = new LineClassifier(model, parsed.GetValue(Logits), output);
        var unreadable = classifier.Run(lines, cancellation);
        ReportForeignLanguages(classifier.ForeignLanguages);
        return TextInputOptionGroup.ReportUnreadable(unreadable);
    }

    private static void ReportForeignLanguages(IReadOnlyDictionary<string, long> counts)
    {
        if (counts.Count == 0)
            return;
        var languages = counts.OrderByDescending(static count => count.Value)
            .Select(static count => $"{count.Key} {Format.Count(count.Value)}");
        Terminal.Error.WriteLine("streambert: texts in languages that the model was not trained on, to which its answers are unreliable: "
            + $"{string.Join(", ", languages)}.");
    }

    private static TextClassifier Load(ParseResult parsed)
    {
        var (directory, compute) = (ModelOption.ReadDirectory(parsed, Model), Compute.Read(parsed));
        var (template, multiLabel) = (parsed.GetValue(Template), parsed.GetValue(MultiLabel));
        if (parsed.GetValue(Labels)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is { } labels)
            return TextClassifier.LoadZeroShot(directory, labels, template, multiLabel, compute);
        return template is null && !multiLabel
            ? TextClassifier.Load(directory, compute)
            : throw new CliException("--template and --multi-label require --labels \"a,b,c\".");
    }
}
